"""``python -m khabar``: the command line."""

import os

try:
    from khabar.cli import main
except KeyboardInterrupt:
    os.write(2, b"khabar: interrupted\n")
    os._exit(130)

if __name__ == "__main__":
    main()
