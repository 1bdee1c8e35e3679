import time
from concurrent.futures import ThreadPoolExecutor

from clinnet.table.kept import Latest, forget, remember

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


def test_the_latest_are_kept_and_the_last_one_put_is_the_last_to_go() -> None:
    kept = Latest[str, int](2)
    for name in "abac":
        kept.change(name, lambda before: (before or 0) + 1)
    assert [kept.get(name) for name in "abc"] == [2, None, 1]


def one_more(before: int | None) -> int:
    time.sleep(0)  # lets another thread go on
    return (before or 0) + 1


def test_threads_share_what_is_kept_and_lose_no_change() -> None:
    kept = Latest[int, int](3)

    def work(number: int) -> None:
        for turn in range(50):
            kept.change(0, one_more)
            kept.put(1 + number % 2, turn)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert kept.get(0) == 400
