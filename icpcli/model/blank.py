"""The words that say that a cell holds nothing."""

from __future__ import annotations

NULLS = frozenset(
    "|-|--|—|–|n/a|na|#n/a|#n/d|#value!|#ref!|#name?|#div/0!|null|none|nan|(no value)|(blank)|unknown|nc|non renseigné|"
    "non défini|inconnu|effectif inconnu|tbd|?|.|:)|-none-|--none--|-aucun-|--aucun--|unclassified|not classified|not set|not specified|"
    "unspecified|to be defined|non classé|non précisé|non spécifié|à définir|à renseigner|n.c.|n.d.|unbekannt|keine angabe|nicht angegeben|"
    "à compléter|a compléter|a completer|à completer|à vérifier|a verifier|a vérifier|à préciser|a preciser|à confirmer|a confirmer|non communiqué|"
    "pas renseigné|non connu|n.a.|tba|tbc|to be confirmed|to be completed|to confirm|??|???|k.a.|k. a.|noch offen|pendiente|por definir|sin datos|"
    "desconocido|sin especificar|no especificado".split("|")
)
