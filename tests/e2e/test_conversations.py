"""Whole conversations with the real engine and the real actions, in both languages and for both practices."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import pairwise

import pytest

from casework import consents, people, requests, tickets
from casework.clocks import request_clock
from casework.identity import who
from casework.words import long_date
from tests.e2e.engine_talk import EngineTalk, Talker

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineTalk]:
    """Engine and actions of Release & Connect."""
    running = EngineTalk(tmp_path_factory.mktemp("talk") / "home")
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def refleact(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineTalk]:
    """Engine and actions of Refleact."""
    running = EngineTalk(tmp_path_factory.mktemp("refleact") / "home", practice="refleact")
    running.start()
    yield running
    running.stop()


def on_file(talk: EngineTalk, email: str) -> str:
    """A person whom the practice knows."""
    return people.register(talk.office, {"name": "Jan de Vries", "email": email}, by="owner")


def identified(talk: EngineTalk, talker: Talker, email: str) -> str:
    """Give the address and the mailed code; return what is said then."""
    assert "10 min" in talker.say(email)
    return talker.say(f"{talk.mailed_code(email)}")


def promised(talker: Talker) -> str:
    """The date that a request made today is promised for, as the client reads it."""
    return long_date(request_clock(datetime.now(UTC)).promised, talker.language)


def made(talk: EngineTalk, talker: Talker) -> list[str]:
    """The kinds of the requests made in a conversation, oldest first."""
    return [view.kind for view in requests.of_conversation(talk.office, talker.id)][::-1]


def ticket_kinds(talk: EngineTalk) -> list[str]:
    """The kinds of all tickets."""
    return sorted(line.kind for line in tickets.due_list(talk.office))


def test_small_things_get_small_answers(talk: EngineTalk) -> None:
    client = talk.talker()
    assert "Goedendag" in client.say("hallo")
    assert client.say("ben je een mens?").startswith("Nee, ik ben een computer")
    assert client.say("dank je wel") == "Graag gedaan."
    assert "wis dit gesprek" in client.say("tot ziens")
    assert client.last.form is None


@pytest.mark.parametrize(
    ("language", "question", "answer"),
    [
        ("nl", "hoe lang bewaren jullie mijn gegevens?", "7 jaar"),
        ("en", "how long do you keep my data?", "7 years"),
        ("nl", "met wie delen jullie mijn gegevens?", "nooit"),
        ("en", "who do you share my data with?", "never"),
    ],
)
def test_policy_questions_are_answered_with_their_place(
    talk: EngineTalk, language: str, question: str, answer: str
) -> None:
    client = talk.talker("en" if language == "en" else "nl")
    said = client.say(question)
    assert answer in said
    assert ("hoofdstuk" if language == "nl" else "chapter") in said


@pytest.mark.parametrize(
    ("language", "question", "skip", "pass_on"),
    [
        ("nl", "Mag mijn hond mee naar de praktijk?", "overslaan", "Doorgeven"),
        ("en", "May I bring my dog to the practice?", "skip", "Pass it on"),
    ],
)
def test_a_question_that_nothing_answers_goes_to_the_coach_without_being_typed_again(
    talk: EngineTalk, language: str, question: str, skip: str, pass_on: str
) -> None:
    before = ticket_kinds(talk).count("question")
    client = talk.talker("en" if language == "en" else "nl")
    client.say(question)
    to_the_coach = next(label for label in client.last.labels if "coach" in label or "doorgeven" in label)
    client.press(to_the_coach)
    assert client.last.form == "note_form"
    assert question in client.say(skip)
    assert ticket_kinds(talk).count("question") == before
    assert "R-" in client.press(pass_on)
    assert ticket_kinds(talk).count("question") == before + 1


@pytest.mark.parametrize(
    "text", ["brrr", "asdf qwer", "wat is de kleur van het gebouw?", "dinges van laatst", "?"]
)
def test_what_is_not_understood_is_never_answered_twice_in_the_same_words(
    talk: EngineTalk, text: str
) -> None:
    client = talk.talker()
    said = [client.say(text) for _ in range(4)]
    assert all(one != other for one, other in pairwise(said))


@pytest.mark.obligation(9)
def test_an_intake_in_dutch_with_every_detour(talk: EngineTalk) -> None:
    before = len(ticket_kinds(talk))
    client = talk.talker()
    assert "16 jaar of ouder" in client.say("ik wil mij graag aanmelden")
    assert "alleen dit" in client.say("waarom vraagt u dit?")
    assert "Hoe heet u?" in client.press("Ja")
    assert "Wat is uw naam?" in client.say("hoe lang bewaren jullie mijn gegevens?")
    assert "e-mailadres" in client.say("ik ben Piet Jansen")
    assert client.say("piet@gmial.com")
    assert "piet@gmail.com" in client.last.labels
    assert "telefoonnummer" in client.press("piet@gmail.com")
    assert "veilig" in client.say("overslaan")
    assert "leest of luistert" in client.say("waarom?")
    client.say("liever alleen mailen")
    assert "burgerservicenummer" in client.say("mijn bsn is 111222333")
    summary = client.say("Wij willen weer leren praten met elkaar")
    assert "Piet Jansen" in summary
    assert "111222333" not in client.story().replace("> mijn bsn is 111222333", "")
    client.press("Iets wijzigen")
    assert "Hoe heet u?" in client.press("Voor- en achternaam")
    assert "Piet de Boer" in client.say("Piet de Boer")
    assert "Mogen wij" in client.press("Klopt")
    assert len(ticket_kinds(talk)) == before
    done = client.press("Ja")
    assert "R-" in done
    assert client.last.form is None
    assert len(ticket_kinds(talk)) == before + 1


def test_an_intake_in_english_without_the_consent_to_keep(talk: EngineTalk) -> None:
    client = talk.talker("en")
    assert "16 or older" in client.say("I would like to sign up")
    client.say("yes")
    client.say("Ann Lee")
    client.say("ann@example.org")
    client.say("skip")
    client.say("skip")
    summary = client.say("skip")
    assert "Ann Lee" in summary
    assert client.last.labels == ["That is right", "Change something", "Stop"]
    client.say("that is right")
    assert "R-" in client.press("No")


def test_an_intake_in_peoples_own_words(talk: EngineTalk) -> None:
    client = talk.talker()
    client.say("kan ik me bij jullie aanmelden?")
    assert "Hoe heet u?" in client.say("34")
    assert "e-mailadres" in client.say("Noor")
    assert "telefoonnummer" in client.say("nee")
    assert "Een van de twee" in client.say("nee")
    assert "veilig" in client.say("nul zes is het: 06 12345678")
    assert "hulp" in client.say("liever niet")
    assert "Noor" in client.say("wij praten langs elkaar heen")
    assert "Wat wilt u wijzigen" in client.say("nee")
    client.say("1")
    client.say("Noor Bakker")
    assert "R-" in client.say("klopt")


def test_another_wish_in_the_middle_lets_the_form_go_and_says_so(talk: EngineTalk) -> None:
    client = talk.talker()
    client.say("ik wil me aanmelden")
    client.press("Ja")
    client.say("Noor Bakker")
    said = client.say("ik wil dat jullie al mijn gegevens verwijderen")
    assert "aanmelding laat ik los" in said
    assert client.last.form == "request_form"


def test_an_intake_that_is_stopped_leaves_no_ticket(talk: EngineTalk) -> None:
    before = ticket_kinds(talk)
    client = talk.talker()
    client.say("ik wil me aanmelden")
    client.press("Ja")
    client.say("Piet Jansen")
    assert "geen aanmelding" in client.say("laat maar")
    assert "Goedendag" in client.say("hallo")
    assert ticket_kinds(talk) == before


@pytest.mark.obligation(22)
def test_access_in_dutch_from_the_first_word_to_the_status(talk: EngineTalk) -> None:
    on_file(talk, "inzage@voorbeeld.nl")
    client = talk.talker()
    assert "Welk adres" in client.say("ik wil graag mijn gegevens inzien")
    confirm = identified(talk, client, "inzage@voorbeeld.nl")
    assert promised(client) in confirm
    assert "Verzoek doen" in client.last.labels
    assert "datalek" in client.say("wat doen jullie bij een datalek?")
    assert client.last.labels == ["Verzoek doen", "Niet doen"]
    assert made(talk, client) == []
    assert promised(client) in client.press("Verzoek doen")
    assert made(talk, client) == ["access"]
    assert "werkt eraan" in client.say("hoe staat het met mijn verzoek?")


@pytest.mark.obligation(47)
def test_erasure_in_english_says_first_what_stays(talk: EngineTalk) -> None:
    on_file(talk, "erasure@example.org")
    client = talk.talker("en")
    client.say("please delete all my data")
    said = identified(talk, client, "erasure@example.org")
    assert "has to stay" in said
    assert "31 December" in said
    client.press("Make the request")
    assert made(talk, client) == ["erasure"]


@pytest.mark.parametrize(
    ("wish", "kind", "detail"),
    [
        ("mijn naam staat verkeerd in jullie administratie, pas dat aan", "rectification", "Met een d"),
        ("ik wil dat jullie mijn gegevens tijdelijk niet gebruiken", "restriction", "overslaan"),
        ("ik wil mijn gegevens meenemen in een bestand", "portability", None),
        ("ik maak bezwaar tegen het gebruik van mijn gegevens", "objection", "overslaan"),
    ],
)
def test_every_other_right_ends_in_a_request(
    talk: EngineTalk, wish: str, kind: str, detail: str | None
) -> None:
    on_file(talk, f"{kind}@voorbeeld.nl")
    client = talk.talker()
    client.say(wish)
    identified(talk, client, f"{kind}@voorbeeld.nl")
    if detail:
        client.say(detail)
    assert promised(client) in client.last.text
    client.say("ja graag")
    assert made(talk, client) == [kind]


def test_not_erase_only_see(talk: EngineTalk) -> None:
    on_file(talk, "anders@voorbeeld.nl")
    client = talk.talker()
    client.say("verwijder al mijn gegevens")
    identified(talk, client, "anders@voorbeeld.nl")
    assert "inzage" in client.say("nee, niet wissen, alleen inzien")
    assert made(talk, client) == []
    client.say("ja")
    assert made(talk, client) == ["access"]


@pytest.mark.obligation(67)
def test_without_a_code_a_request_is_a_claim_and_unknown_is_never_said(talk: EngineTalk) -> None:
    client = talk.talker()
    client.say("ik wil inzage in mijn dossier")
    unknown = client.say("niemand@voorbeeld.nl")
    on_file(talk, "iemand@voorbeeld.nl")
    other = talk.talker()
    other.say("ik wil inzage in mijn dossier")
    assert other.say("iemand@voorbeeld.nl") == unknown
    client.say("ik krijg geen code")
    client.press("Verder zonder code")
    assert "neemt eerst contact" in client.press("Verzoek doen")
    assert made(talk, client) == ["access"]
    assert who(talk.office, client.id) is None


@pytest.mark.obligation(42)
def test_withdrawing_a_photo_and_hearing_what_is_left(talk: EngineTalk) -> None:
    person = on_file(talk, "foto@voorbeeld.nl")
    consents.record(talk.office, person, "pr_website", {}, date(2026, 1, 5), by="owner")
    client = talk.talker()
    client.say("ik wil mijn toestemming voor de foto op jullie site intrekken")
    assert "werkt meteen" in identified(talk, client, "foto@voorbeeld.nl")
    assert "B-" in client.say("intrekken")
    assert consents.active(talk.office, person) == ()
    assert "geen toestemming" in client.say("welke toestemmingen heb ik gegeven?")


def test_choosing_one_of_two_in_english_and_giving_another(talk: EngineTalk) -> None:
    person = on_file(talk, "two@example.org")
    consents.record(talk.office, person, "pr_website", {}, date(2026, 1, 5), by="owner")
    consents.record(talk.office, person, "pr_social_media", {}, date(2026, 2, 5), by="owner")
    client = talk.talker("en")
    client.say("I want to withdraw my consent for the photo")
    assert "Which one" in identified(talk, client, "two@example.org")
    assert "social media" in client.say("the second one")
    client.press("Withdraw")
    assert [one.kind for one in consents.active(talk.office, person)] == ["pr_website"]
    consents.ask(talk.office, person, "share_professional", {}, by="owner")
    assert (
        "another professional" in client.say("I want to give consent") or "professional" in client.last.text
    )
    client.press("Give consent")
    assert {one.kind for one in consents.active(talk.office, person)} == {"pr_website", "share_professional"}


@pytest.mark.obligation(20)
def test_where_a_practice_wants_it_in_writing_a_given_consent_waits(refleact: EngineTalk) -> None:
    person = on_file(refleact, "pr@voorbeeld.nl")
    consents.ask(refleact.office, person, "pr_feedback", {}, by="owner")
    client = refleact.talker()
    client.say("ik geef toestemming om mijn ervaring te publiceren")
    identified(refleact, client, "pr@voorbeeld.nl")
    assert "schriftelijk" in client.press("Toestemming geven")
    assert consents.active(refleact.office, person) == ()


def test_the_other_practice_answers_from_its_own_policy(refleact: EngineTalk) -> None:
    client = refleact.talker()
    assert "48 uur" in client.say("wat doen jullie bij een datalek?")


@pytest.mark.parametrize(
    ("language", "wish", "message", "confirm", "kind"),
    [
        ("nl", "ik wil de coach iets vragen", "Kan mijn afspraak een week later?", "Doorgeven", "question"),
        ("nl", "ik wil een klacht indienen", "Er werd niet teruggebeld", "Doorgeven", "complaint"),
        ("en", "I want to report a data leak", "I got an e-mail for somebody else", "Pass it on", "incident"),
        ("en", "I want to speak to the coach", "Can I come a week later?", "Pass it on", "question"),
    ],
)
def test_notes_reach_the_coach(
    talk: EngineTalk, language: str, wish: str, message: str, confirm: str, kind: str
) -> None:
    before = ticket_kinds(talk).count(kind)
    client = talk.talker("en" if language == "en" else "nl")
    client.say(wish)
    client.say(message)
    shown = client.say("overslaan" if language == "nl" else "skip")
    assert message in shown
    assert ticket_kinds(talk).count(kind) == before
    assert "R-" in client.press(confirm)
    assert ticket_kinds(talk).count(kind) == before + 1


def test_who_is_sad_is_offered_a_call_and_no_alarm(talk: EngineTalk) -> None:
    client = talk.talker()
    said = client.say("ik voel me zo verdrietig en moe de laatste tijd")
    assert "112" not in said
    assert "bel 113, dag en nacht" in said
    assert "Veilig Thuis, 0800-2000" in said
    assert "nummer" in client.press("Laat de coach bellen")
    client.say("06 12345678")
    client.press("Overslaan")
    assert "R-" in client.press("Doorgeven")


def test_who_is_sad_inside_a_form_is_heard_and_asked_again_what_the_form_asks(talk: EngineTalk) -> None:
    client = talk.talker()
    client.say("ik wil mij aanmelden")
    client.press("Ja")
    said = client.say("ik voel me zo verdrietig en moe de laatste tijd")
    assert "Dat klinkt zwaar." in said
    assert "0800-2000" in said
    assert said.endswith("Wat is uw naam?")
    assert "Laat de coach bellen" in client.last.labels
    assert "Nu niet" not in client.last.labels


def test_earlier_requests_need_a_code(talk: EngineTalk) -> None:
    client = talk.talker()
    assert "Welk adres" in client.say("hoe staat het met mijn verzoek?")
    client.say("status@voorbeeld.nl")
    client.press("Ik krijg geen code")
    assert "Zonder code" in client.press("Verder zonder code")
    assert client.last.form is None


@pytest.mark.obligation(38)
def test_telegram_answers_questions_and_hands_everything_else_to_the_web(talk: EngineTalk) -> None:
    client = talk.talker(channel="telegram")
    assert "7 jaar" in client.say("hoe lang bewaren jullie mijn gegevens?")
    client.say("ik wil mijn gegevens inzien")
    assert client.last.form is None
    assert client.last.links[0].startswith(f"{talk.office.client_url}/verder#")
    client.channel = "web"
    assert "Welk adres" in client.choose("/request_access")
    client.channel = "telegram"
    client.say("jan@voorbeeld.nl")
    assert client.last.links
    assert client.last.form == "request_form"


def test_a_message_sent_twice_is_one_message(talk: EngineTalk) -> None:
    on_file(talk, "tweemaal@voorbeeld.nl")
    client = talk.talker()
    client.say("ik wil inzage")
    identified(talk, client, "tweemaal@voorbeeld.nl")
    yes = client.payload("Verzoek doen")
    first = client.press("Verzoek doen", message_id="the-same")
    assert client._turn({"choice": yes}, "again", "the-same") == first
    assert made(talk, client) == ["access"]


def test_an_old_button_confirms_nothing_new(talk: EngineTalk) -> None:
    on_file(talk, "knop@voorbeeld.nl")
    client = talk.talker()
    client.say("ik wil inzage")
    identified(talk, client, "knop@voorbeeld.nl")
    old = client.payload("Verzoek doen")
    client.press("Niet doen")
    client.say("verwijder al mijn gegevens")
    assert "eerdere vraag" in client.choose(old)
    assert made(talk, client) == []
    assert "Verzoek doen" in client.last.labels


def test_what_is_not_understood_is_never_answered_twice_alike(talk: EngineTalk) -> None:
    client = talk.talker()
    said = [client.say(text) for text in ("xqzt blorp", "xqzt blorp", "grmbl fnord", "xqzt blorp")]
    assert all(one != other for one, other in pairwise(said))
