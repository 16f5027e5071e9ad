"""How likely one Arabic letter follows another.

Made by ``benchmarks/letter_pairs.py``, not by hand.

Counted in 611,356 words of news of Al Mayadeen (MIT) and Jawhara FM (Apache-2.0). These are facts
about the language; no text is in it.
"""

from __future__ import annotations

__all__ = ["ALPHABET", "SCALE", "TABLE"]

ALPHABET = " ابتثجحخدذرزسشصضطظعغفقكلمنهويءةىئؤ"
"""The start or end of a word, and the letters, without hamzas on alef."""
SCALE = 0.15
"""One step of the table in natural logarithms."""
#: A row for each letter, and in it a character for each following letter: its steps, counted from «!».
TABLE = (
    "z'46K><A?G?J=@CFEO6A5<=61=>1:zlukl",
    "1^;5E?<B:H6E7C@AAQ9I<=?(62A;<=I\\:Y",
    "-,?:MH8I9K3J?=DH?\\4JJ:@4;798.Y7]PS",
    "*6;=G:5<=M6B<;:B?E7D:8=659444pLERH",
    "*-<>K`\\\\R`/````````PG8D/55B91`5S``",
    "3.99HUCh4K29Bchhhh=KPh_402210h:]E_",
    "2/@0BAaj0B1;8G<BFBjjA7775CD62j6Ije",
    "4,75]RdY5>1B>D4B2d]d:dd,8HK:2dFddd",
    ")/D;>SOA:i6[AXiimm:\\9CN>7;<1/I2?Ka",
    ".+AAbGbCbZ9bZbbbbbNbHN3.JC.@,bDM]b",
    "+,59N<AN=gFG<EF>DpBD<=4IB?<5/\\3?:K",
    ",,5?cMALBc7GTJccNc;MGFO75>=6,@/SF^",
    "/05.h@DKDh2eBell7l;_>E849;?6.l:NV@",
    "2-99fE>99f,fOaffC^5>6>5=5:2;3fBKO@",
    "3,8Iee4P4e1eeeBeDe:D3Q^1;7>11e7>ee",
    "-+==cN5?6^3ccccc@c5=;c^;5G<5/c9@Rc",
    "/+7Df[K]Nf1fKSffCf;W:4f2E2>3/W5GGR",
    "2,NDZZZZZZ-ZZZZZVZMZ:ZZ3.D160Z5CZZ",
    "-/78HHim1O7A;BK?FJmmI=H,44>:5m7Imm",
    "1/>9\\S\\\\=<--AMW>9aaaCaY38=G6.a=Qaa",
    ".0K7_CBQFH5J=FB>GD:NP8D7GB>;'_6BNW",
    ".,73k^Uk2F4X?J;=6U9k;Hd6@?A22k4Fkk",
    "/.778URX7@0><@Zbe_NTDTM354B1/j6\\e`",
    "0-:5C:9?:@=G8=>FAT7A;9;80;<93c;4Zo",
    "-/>7C;9@:M7E6=?EDR5JE9=7A.=73r6QN@",
    "&2@6_DAI<BKD8AAL=>BG;=FSCM780q;JT`",
    "**DBk<ff346CPNkJ^W^fYUN?2;K45k:OfL",
    "5,78F<=C8D4;7D?==K:D86:123=B6MCD[l",
    "*1?<DABD8H3D:@JDBW=N=;A691=8>R.\\HJ",
    '"2W@^^^^^^Y^^Y^^^^^^^^^BOWAUU^?Y^^',
    "!OVZnbiceneegeibnnYgT^cVWbnWgnnnnn",
    "!K\\We\\`Z`e`^````eeZ`Z^^eR^`YeW`eee",
    "<67Ab?Eb8W2ENUNOLbBY==I26?:M%b4^bb",
    "A9L5;HY84K=T/:YYTYYYY=+7>G;*6YTJYY",
)
