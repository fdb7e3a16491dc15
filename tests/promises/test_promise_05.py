"""Promise 5: a tampered model never runs."""

from pathlib import Path

import numpy as np
import pytest
from model_attacks import (
    bait,
    crashing,
    cuts,
    edited_states,
    edits,
    flips,
    put,
    resign,
    signed_attacks,
    zip_attacks,
)
from proving import FULL, SEED, amount, tally
from serving_samples import model

from mll_core import trial
from mll_core.domain.errors import NotFound, Untrusted
from mll_core.domain.serving import ModelVersion
from mll_core.infra.model_store import ModelStore

pytestmark = pytest.mark.promise
KEY = b"a key of thirty-two bytes, or so"


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    return ModelStore(tmp_path / "home", KEY)


def refused(store: ModelStore, sha256: str) -> bool:
    """Refused with the right word and with what to do; anything else is a crash of the harness."""
    with pytest.raises(Untrusted) as caught:
        store.load(sha256)
    assert caught.value.hint
    return True


def test_no_changed_file_is_loaded(store: ModelStore, tmp_path: Path) -> None:
    marker, draw = tmp_path / "marker", np.random.default_rng(SEED)
    ours = store.save(model())
    skops, manifest = store.file(ours), store.file(ours).with_suffix(".json")
    with tally(5, "changed files") as counts:
        for path in (skops, manifest):
            for _ in flips(path, amount(150, 1000), draw):
                counts["flipped"] += refused(store, ours)
            for _ in cuts(path, amount(25, 200)):
                counts["cut"] += refused(store, ours)
        for _ in edits(manifest):
            counts["edited"] += refused(store, ours)
        whole = skops.read_bytes()
        for archive in zip_attacks(skops, marker):
            put(skops, archive)
            counts["archive"] += refused(store, ours)
        put(skops, whole)
        counts["intact, loaded"] += store.load(ours).threshold == model().threshold
    assert not marker.exists()
    assert counts.total() - 1 >= amount(400, 2_000)


def test_no_model_is_loaded_under_another_name_or_key(store: ModelStore, tmp_path: Path) -> None:
    old, new = store.save(model(), {"n": 1}), store.save(model(n=500), {"n": 2})
    theirs = ModelStore(tmp_path / "other", b"another key").save(model(n=300))
    foreign = ModelStore(tmp_path / "other", b"another key")
    with tally(5, "swapped files") as counts:
        kept = {path: path.read_bytes() for path in (tmp_path / "home" / "models").iterdir()}
        for one, two in ((old, new), (new, old)):
            for endings in ((".skops",), (".json",), (".skops", ".json")):
                for ending in endings:
                    put(
                        store.file(one).with_suffix(ending),
                        store.file(two).with_suffix(ending).read_bytes(),
                    )
                counts["swapped"] += refused(store, one)
                for path, content in kept.items():
                    put(path, content)
        for ending in (".skops", ".json"):
            store.file(theirs).with_suffix(ending).write_bytes(
                foreign.file(theirs).with_suffix(ending).read_bytes()
            )
        counts["another key"] += refused(store, theirs)
        put(store.file(theirs), store.file(old).read_bytes())
        counts["another key"] += refused(store, theirs)
        for name in ("../../home/models/" + old, "/etc/passwd", "", "..", "a\0b", "x" * 5_000):
            with pytest.raises((NotFound, Untrusted)):
                store.load(name)
            counts["names"] += 1
    assert store.load(old).task == store.load(new).task


def test_a_signature_does_not_make_a_foreign_type_run(store: ModelStore, tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    with tally(5, "signed, with foreign types") as counts:
        for name, attack in signed_attacks(model(), marker).items():
            sha256 = store.save(attack)
            counts["loaded here"] += refused(store, sha256)
            if FULL or name == "pipeline":
                with pytest.raises(Untrusted, match="type that is not ours"):
                    trial.first_use(store, sha256)
                counts["refused in the cage"] += 1
        ours = store.save(model())
        for archive in zip_attacks(store.file(ours), marker):
            try:
                store.load(resign(store, ours, archive))
                counts["harmless entry, loaded"] += 1
            except Untrusted:
                counts["archive"] += 1
    assert not marker.exists()
    assert not list(tmp_path.rglob("marker*"))


def test_a_signed_model_that_crashes_is_found_out_before_it_answers(store: ModelStore) -> None:
    with tally(5, "crashes") as counts:
        with pytest.raises(Untrusted, match="when it was first tried") as caught:
            trial.first_use(store, store.save(crashing(model())))
        counts["crash, here alive"] += 1
        assert caught.value.hint
        trial.first_use(store, store.save(model()))
        counts["good one, used"] += 1


def version(sha256: str, run_id: str) -> ModelVersion:
    return ModelVersion(
        project="churn",
        number=2,
        run_id=run_id,
        model="boosting",
        sha256=sha256,
        data_version="d",
        document_version=1,
    )


def test_a_signed_model_is_only_what_it_was_signed_for(store: ModelStore) -> None:
    """Downgrades: models of ours, under the name of another project, run or version."""
    ours = {"project": "churn", "training": "new"}
    sha256 = store.save(model(), ours)
    with tally(5, "signed for something else") as counts:
        for project in ("churn", "other", "", "Churn", "churn ", "../churn"):
            for run_id in ("new", "old", "", "new-1", "NEW"):
                if (project, run_id) == ("churn", "new"):
                    continue
                with pytest.raises(Untrusted, match="made for another"):
                    trial.before_use(store, project, version(sha256, run_id))
                counts["downgrades refused"] += 1
        for facts in ({}, {"project": "churn"}, {"training": "new"}, {"project": None}):
            with pytest.raises(Untrusted):
                trial.before_use(store, "churn", version(store.save(model(), facts), "new"))
            counts["without a name refused"] += 1
        trial.genuine(store, "churn", version(sha256, "new"))
        counts["its own, taken"] += 1


def test_nothing_beside_a_model_is_obeyed(store: ModelStore, tmp_path: Path) -> None:
    """What other tools' loaders run: an MLmodel with a loader, code beside it, pickles."""
    marker = tmp_path / "marker"
    sha256 = store.save(model())
    folder = store.file(sha256).parent
    with tally(5, "files beside a model") as counts:
        for place in (folder, folder / sha256, folder / "code", folder / "data"):
            place.mkdir(exist_ok=True)
            for name, content in bait(marker, sha256).items():
                (place / name).write_bytes(content)
                assert store.load(sha256).threshold == model().threshold
                counts["ignored"] += 1
        for content in (*bait(marker, sha256).values(), *edited_states(store.file(sha256))):
            whole = store.file(sha256).read_bytes()
            put(store.file(sha256), content)
            counts["instead of it, refused"] += refused(store, sha256)
            put(store.file(sha256), whole)
        trial.first_use(store, sha256)
    assert not marker.exists()
