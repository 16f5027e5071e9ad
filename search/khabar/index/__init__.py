"""The index room: what is kept of articles and how a plan is answered from it, whatever the engine."""
