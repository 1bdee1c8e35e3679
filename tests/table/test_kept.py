from clinnet.table.kept import forget, remember

QUESTION = ("a question", "of this test")


def changed_meanwhile() -> str:
    forget()
    return "old"


def test_an_answer_is_kept_until_something_changes() -> None:
    assert [remember(QUESTION, lambda: "one"), remember(QUESTION, lambda: "two")] == ["one", "one"]
    forget()
    assert remember(QUESTION, lambda: "two") == "two"


def test_an_answer_from_before_a_change_is_not_kept() -> None:
    assert remember(QUESTION, changed_meanwhile) == "old"
    assert remember(QUESTION, lambda: "new") == "new"
