"""The pages in a real browser: complete from a folder, on a phone too, and open to everybody."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from nba_assets.publish.contract.evidence import (
    FeatureEvidence,
    PlayerEvidence,
    StoredValue,
    UsedGame,
    UsedGames,
    UsedWindow,
)
from nba_assets.publish.contract.player import Player
from nba_assets.publish.contract.slate import Contribution, Explanation
from nba_assets.publish.publication import Publication
from nba_assets.publish.site.pages import Site
from nba_assets.publish.site.text import NONE
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import FolderStore
from nba_assets_tests.publish.conftest import FEEDS, publisher
from nba_assets_tests.publish.small_lake import DATES, PLAYED, PLAYERS, TONIGHT

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PAGES = ("index.html", "players.html", "dates.html", "models.html", "coverage.html", "players/100.html",
         f"dates/{PLAYED}.html")  # fmt: skip
SCREENS = {"desktop": (1440, 900), "phone": (390, 844)}


WHY = Explanation(
    start=9.2,
    contributions=(
        Contribution(feature="points_weighted_15", value=14.5, unit="points", definition="a mean", adds=6.1),
        Contribution(feature="days_rest", value=None, unit="days", definition="Days.", adds=-0.4),
    ),
    rest=-0.65,
)
EVIDENCE = PlayerEvidence(
    stored=(StoredValue(table="upcoming_player_game_context", column="days_rest", value=None),),
    games=(
        UsedGames(
            whose="his games",
            columns=("minutes", "pts"),
            games=(
                UsedGame(game_date=PLAYED, opponent="NYK", amounts=(36.0, 31.0)),
                UsedGame(game_date=PLAYED, opponent="PHI", amounts=(30.0, 12.0)),
            ),
        ),
    ),
    features=(
        FeatureEvidence(
            feature="points_weighted_15",
            stored=(),
            windows=(
                UsedWindow(
                    words="decayed mean of pts", games=0, columns=("pts",), skipped=1, listed=1, older=True
                ),
            ),
            teammates=False,
        ),
        FeatureEvidence(feature="days_rest", stored=(0,), windows=(), teammates=True),
    ),
)


@pytest.fixture(scope="module")
def site(lake: Lake, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of the small lake; the prediction of player 100 is explained."""
    root = tmp_path_factory.mktemp("site")
    publication = Publication(FolderStore(root))
    entry = publisher(lake, FolderStore(root), lambda: FEEDS).publish(DATES).manifest.players["100"]
    player = cast("Player", publication.read("player", entry.path))
    assert player.next_game is not None
    explained = player.next_game.model_copy(update={"explanation": WHY})
    player = player.model_copy(update={"next_game": explained, "evidence": EVIDENCE})
    path = f"{publication.put(TONIGHT, {'player-100': player})}/player-100.json"
    changed = {"100": entry.model_copy(update={"path": path})}
    manifest = publication.commit(lambda m: m.model_copy(update={"players": m.players | changed}))
    assert Site(publication, manifest).write(DATES) == "index.html"
    return root


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def opened(browser: Browser, site: Path, page: str, screen: str = "desktop", scheme: str = "light") -> Page:
    width, height = SCREENS[screen]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        offline=True,  # type: ignore[arg-type]
    )
    shown = context.new_page()
    shown.on("pageerror", lambda error: pytest.fail(str(error)))
    shown.goto((site / page).as_uri())
    return shown


def serious(shown: Page) -> list[tuple[str, str]]:
    """Serious findings of axe, each with the element."""
    return [
        (each["id"], node["html"][:120])
        for each in Axe().run(shown).response["violations"] if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]  # fmt: skip


def test_foreign_text_is_never_markup(site: Path) -> None:
    for page in site.rglob("*.html"):
        text = page.read_text()
        assert "<BOS>" not in text and "report <b>" not in text
    assert "Player 0 &lt;BOS&gt; [b]" in (site / "index.html").read_text()


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    for page in site.rglob("*.html"):
        text = page.read_text()
        assert "default-src 'none'" in text
        assert "http://" not in text and "https://" not in text


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(browser: Browser, site: Path, screen: str, scheme: str) -> None:
    for page in PAGES:
        shown = opened(browser, site, page, screen, scheme)
        assert serious(shown) == [], page
        shown.context.close()


@pytest.mark.parametrize("page", PAGES)
def test_no_page_is_wider_than_a_phone(browser: Browser, site: Path, page: str) -> None:
    shown = opened(browser, site, page, "phone")
    assert shown.evaluate("document.documentElement.scrollWidth") <= SCREENS["phone"][0]
    shown.context.close()


def test_the_slate_is_searched_sorted_and_filtered_from_the_keyboard(browser: Browser, site: Path) -> None:
    shown = opened(browser, site, "index.html")
    rows = shown.locator("#list .row")
    assert rows.count() == 4 * PLAYERS - 2
    edges = [float(row.get_attribute("data-edge") or "") for row in rows.all()]
    assert edges == sorted(edges, reverse=True)
    shown.keyboard.press("/")
    shown.keyboard.type("player 1 dal")
    assert [row.get_attribute("data-name") for row in rows.all() if row.is_visible()] == [
        "player 1 dal b dal"
    ]
    shown.locator("#search").fill("nobody")
    assert shown.locator("#nobody").is_visible() and shown.locator("#shown").inner_text() == "0 players"
    shown.locator("#reset").press("Enter")
    shown.locator("#sort").select_option("points")
    points = [float(row.get_attribute("data-points") or "") for row in rows.all()]
    assert points == sorted(points, reverse=True)
    shown.locator("#lined").check()
    assert all(row.get_attribute("data-lined") is not None for row in rows.all() if row.is_visible())
    shown.context.close()


def test_a_step_opens_on_the_rows_that_its_feature_was_made_from(browser: Browser, site: Path) -> None:
    shown = opened(browser, site, "players/100.html", "phone")
    rows = shown.locator(".made tbody tr")
    assert not rows.first.is_visible()
    shown.locator(".waterfall summary", has_text="points weighted 15").press("Enter")
    assert [row.inner_text().split() for row in rows.all()] == [["Dec", "23", "PHI", "12"]]
    first = shown.locator(".made").first.inner_text()
    assert first.startswith("A mean.") and "The newest of his games; older ones count too" in first
    shown.locator(".waterfall summary", has_text="days rest").click()
    assert "days rest not known" in shown.locator(".known").inner_text()
    assert "of his teammates" in shown.locator(".made").nth(1).inner_text()
    assert serious(shown) == []
    assert shown.evaluate("document.documentElement.scrollWidth") <= SCREENS["phone"][0]
    shown.context.close()


def test_the_page_of_coverage_names_red_feeds(browser: Browser, site: Path) -> None:
    shown = opened(browser, site, "coverage.html")
    rows = [row.inner_text() for row in shown.locator("[aria-labelledby=feeds] tbody tr").all()]
    assert rows == [
        f"schedule\thealthy\tDec 24, 7:00 pm ET\t{NONE}",
        "odds\tlate\tnever\tlines of 1 game captured, 2 have started",
    ]
    assert shown.locator(".status.fail", has_text="late").is_visible()
    shown.context.close()


def test_a_red_date_names_its_cause_and_its_command(browser: Browser, site: Path) -> None:
    shown = opened(browser, site, "index.html")
    cause = shown.locator(".lane .cause").inner_text()
    assert "raw_injury_reports: the source has no report <b>" in cause
    assert f"--from {TONIGHT}" in shown.locator(".lane code").first.inner_text()
    shown.context.close()
