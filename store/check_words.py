"""The 256 Dutch check words of the recovery sheet: short, common, without accents. Their order never changes."""

_TEXT = """
aap aarde acht adem akker anker appel arend avond baan baard bakker bal bank beek been beer berg beuk bij
bijl blad blik bloem boek boer boom boot bord bos boter brief broek brood brug buik buurt cake cent
cijfer citroen dak dans deeg deken deur dief dier doek dom doos dorp draad droom druif duif duim dweil
eend eik eiland emmer engel erwt ezel fakkel feest fiets film fles fluit fruit gans garen geit geld gevel
gist glas goud graan gras grens groep haak haan haard haas hamer hand haver heg helm hemd herfst hert
heuvel hoed hond honing hoorn huis hut iep ijs ijzer inkt jaar jas jeugd juni kaas kachel kade kamer kano
kapper kast kat kelder kers ketel kist klei klok knoop koe koek koffie konijn koning kool koord kous
kraan kring kroon kruik kust laan laars lade lamp land lepel lente letter lied lijn lijst linde lucht
maan maart maat mand markt meel meeuw melk merel mes metaal molen mond mos mouw muis munt muur muts naald
nacht naam nest net neus noot noord oever olie olm oor oost oven paard pad palm pan paraplu park peer pen
peper plank plein ploeg poort pot potlood prei prins pruim raam raap rad regen reis rijst ring rivier
roer rok roos rug schaap schip schoen school slak slot snoek sok spiegel spin spoor stad stal ster stoel
storm straat strand struik tafel tak tand tas tent thee tijger toren touw trap trein uil uur vader veld
vis vlag vogel vork water wolk zon
"""

WORDS = tuple(_TEXT.split())
