import pytest

from bot.commands import command_in


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("wis dit gesprek", "wipe"),
        ("Wis het gesprek.", "wipe"),
        ("Gesprek wissen graag", "wipe"),
        ("erase this conversation, please", "wipe"),
        ("Begin opnieuw", "start_over"),
        ("opnieuw beginnen", "start_over"),
        ("start over", "start_over"),
        ("English", "english"),
        ("In English please?", "english"),
        ("Engels", "english"),
        ("In het Nederlands graag", "dutch"),
        ("kunnen we engels praten?", "english"),
        ("Kunt u ook Engels?", "english"),
        ("mag het in het Engels alstublieft", "english"),
        ("spreekt u engels", "english"),
        ("praten jullie ook engels?", "english"),
        ("liever in het engels", "english"),
        ("sorry, ik spreek geen Nederlands", "english"),
        ("Do you speak English?", "english"),
        ("can we talk in english please", "english"),
        ("could you answer in English", "english"),
        ("I only speak English", "english"),
        ("I don't speak Dutch", "english"),
        ("I’d like to switch to English", "english"),
        ("is it possible to continue in english", "english"),
        ("hi, can you speak english", "english"),
        ("let's go on in English", "english"),
        ("in english pls", "english"),
        ("kunnen we nederlands praten", "dutch"),
        ("terug naar het Nederlands", "dutch"),
        ("weer nederlands graag", "dutch"),
        ("ga maar verder in het nederlands", "dutch"),
        ("Nederlands!", "dutch"),
        ("back to Dutch please", "dutch"),
        ("can we speak dutch", "dutch"),
        ("liever geen Engels", "dutch"),
        ("I don't speak English", "dutch"),
        ("Vlaams", "dutch"),
    ],
)
def test_a_command_is_known_in_both_languages(text: str, command: str) -> None:
    assert command_in(text) == command


@pytest.mark.parametrize(
    "text",
    [
        "wis mijn gegevens",
        "Kunt u dit gesprek wissen en daarna mijn foto weghalen?",
        "Mijn vrouw is Engels",
        "Heeft u het beleid ook in het Engels?",
        "Do you have the policy in English?",
        "Spreekt de coach Engels?",
        "Engels of Nederlands?",
        "Ik ben Nederlands",
        "Ik wil een Engelse kopie van mijn dossier",
        "My English is bad, sorry for the mistakes",
        "ik spreek met mijn man Engels",
        "We willen opnieuw beginnen met onze relatie",
        "",
    ],
)
def test_a_sentence_that_says_more_is_no_command(text: str) -> None:
    assert command_in(text) is None
