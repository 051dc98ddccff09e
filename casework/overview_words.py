"""What the codes in an export mean, in both languages, for the overview that its person reads."""

from __future__ import annotations

from casework.words import Both


def _words(**pairs: tuple[str, str]) -> dict[str, Both]:
    return {code: Both(nl=nl, en=en) for code, (nl, en) in pairs.items()}


WORDS: dict[str, dict[str, Both]] = {
    "language": _words(nl=("Nederlands", "Dutch"), en=("Engels", "English")),
    "medium": _words(
        website=("website", "website"),
        social_media=("sociale media", "social media"),
        newsletter=("nieuwsbrief", "newsletter"),
    ),
    "wish": _words(callback=("graag teruggebeld worden", "would like to be called back")),
    "source": _words(
        intake=("u meldde zich aan bij onze balie", "you signed up at our front desk"),
        desk=("de coach schreef u in", "the coach registered you"),
        claim=("u gaf het op bij een verzoek", "you gave it with a request"),
    ),
    "person": _words(
        active=("wij gebruiken uw gegevens", "we use your data"),
        restricted=(
            "wij bewaren uw gegevens, maar gebruiken ze nu niet",
            "we keep your data, but do not use them now",
        ),
    ),
    "purpose": _words(
        requests=("uw verzoek afhandelen", "handling your request"),
        proof=("laten zien dat wij ons aan de wet houden", "showing that we keep the law"),
        communication=("contact met u", "contact with you"),
    ),
    "basis": _words(
        contract=("nodig voor de overeenkomst met u", "needed for the contract with you"),
        consent=("uw toestemming", "your consent"),
        legal_obligation=("moet van de wet", "the law requires it"),
        legitimate_interest=(
            "wij hebben er een goede reden voor die uw belang niet schaadt",
            "we have a good reason that does not harm your interest",
        ),
    ),
    "consent": _words(
        asked=("gevraagd, nog geen antwoord", "asked, no answer yet"),
        awaiting_confirmation=("wacht op uw bevestiging", "waits for your confirmation"),
        given=("gegeven", "given"),
        refused=("geweigerd", "refused"),
        withdrawn=("ingetrokken", "withdrawn"),
        expired=("verlopen", "expired"),
        given_unconfirmed=("u zei ja, nog te bevestigen", "you said yes, still to be confirmed"),
        confirmed=("bevestigd", "confirmed"),
    ),
    "request": _words(
        access=("inzage", "access"),
        rectification=("verbeteren", "correction"),
        erasure=("wissen", "erasure"),
        restriction=("gegevens even niet gebruiken", "not using the data for a while"),
        portability=("gegevens meenemen", "taking the data along"),
        objection=("bezwaar", "objection"),
    ),
    "request_state": _words(
        received=("ontvangen", "received"),
        verifying=("wij willen eerst zeker weten wie het vraagt", "we first want to be sure who asks"),
        in_review=("in behandeling", "being handled"),
        fulfilled=("uitgevoerd", "carried out"),
        partly_fulfilled=("deels uitgevoerd", "partly carried out"),
        refused=("geweigerd", "refused"),
        withdrawn_by_person=("door u ingetrokken", "withdrawn by you"),
    ),
    "ticket": _words(
        request=("verzoek", "request"),
        intake=("aanmelding", "sign-up"),
        complaint=("klacht", "complaint"),
        question=("vraag", "question"),
        incident=("melding van een mogelijk datalek", "report of a possible data breach"),
        take_down=("weghalen na een ingetrokken toestemming", "taking down after a withdrawal"),
        retention=("einde van de bewaartermijn", "end of the retention period"),
    ),
    "step": _words(
        received=("wij ontvingen het", "we received it"),
        verified=("u liet met een code zien wie u bent", "you proved with a code who you are"),
        perhaps_known=(
            "op dit adres of nummer stond al iemand",
            "somebody had this address or number already",
        ),
        take=("de coach pakte het op", "the coach took it up"),
        answer=("de coach antwoordde", "the coach answered"),
        mailed_unseen=("wij stuurden het antwoord ook per mail", "we also sent the answer by mail"),
        client_answer=("u antwoordde de coach", "you answered the coach"),
        close=("afgerond", "closed"),
        confirm_call_back=("de coach belde om te weten wie u bent", "the coach called to know who you are"),
        fulfil_access=("de kopie van uw gegevens stond klaar", "the copy of your data was ready"),
        fulfil_other=("uitgevoerd", "carried out"),
        carry_out_erasure=("gewist", "erased"),
        confirm_take_down=("weggehaald", "taken down"),
        carry_out_retention=("gewist na de bewaartermijn", "erased after the retention period"),
        refuse=("geweigerd", "refused"),
        extend=("meer tijd genomen", "more time taken"),
        code_wanted=("u vroeg om een code", "you asked for a code"),
        code_by_phone=("de coach las u een code voor", "the coach read a code out to you"),
        withdrawn_by_person=("door u ingetrokken", "withdrawn by you"),
    ),
    "receipt": _words(
        consent_given=("toestemming gegeven", "permission given"),
        consent_refused=("toestemming geweigerd", "permission refused"),
        consent_awaiting=("toestemming, nog te bevestigen", "permission, still to be confirmed"),
        consent_withdrawn=("toestemming ingetrokken", "permission withdrawn"),
        request=("verzoek gedaan", "request made"),
        access=("inzage uitgevoerd", "access carried out"),
        erasure=("gewist", "erased"),
    ),
    "hold": _words(
        fiscal=("factuur, voor de Belastingdienst", "invoice, for the tax authority"),
        dispute=("geschil", "dispute"),
        consent=("met uw toestemming langer bewaard", "kept longer with your permission"),
    ),
}
"""By kind of code: what each code means."""

FIELDS = _words(
    name=("Naam", "Name"),
    email=("E-mailadres", "E-mail address"),
    phone=("Telefoonnummer", "Telephone number"),
    contact_safely=("Veilig contact", "Safe contact"),
    birth_date=("Geboortedatum", "Date of birth"),
    address=("Adres", "Address"),
    language=("Taal", "Language"),
    question=("Vraag", "Question"),
    text=("Tekst", "Text"),
    reach=("Bereikbaar via", "Reached by"),
    wish=("Wens", "Wish"),
    consent=("Toestemming", "Consent"),
    label=("Wat", "What"),
    medium=("Waar", "Where shown"),
    occasion=("Gelegenheid", "Occasion"),
    where=("Plaats", "Place"),
    claimed_email=("Opgegeven e-mailadres", "E-mail address as given"),
    claimed_phone=("Opgegeven telefoonnummer", "Telephone number as given"),
)
"""What the fields are called."""
