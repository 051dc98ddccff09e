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
        "We willen opnieuw beginnen met onze relatie",
        "",
    ],
)
def test_a_sentence_that_says_more_is_no_command(text: str) -> None:
    assert command_in(text) is None
