"""The same blocks on a cluster of two processes, of which one dies half-way."""

from __future__ import annotations

import os
import signal
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

import napari_unet as nu
from napari_unet.core.errors import SettingsError
from napari_unet.core.export import write_large
from napari_unet.core.large import Filed, Job, Wishes, open_windows, segment_to_files
from napari_unet.core.model import load_model
from napari_unet.core.model.checkpoint import save_model
from napari_unet.core.settings import FORMATS, BlockSettings, ExportSettings, InferenceSettings
from napari_unet.core.stopping import never
from tests.core.large.scenes import made_model

distributed = pytest.importorskip("distributed", reason="THE CLUSTER IS NOT TESTED: pip install distributed")

RUNNING = InferenceSettings(tile=192, device="cpu", turns=1)
CUTTING = BlockSettings(block=256, halo=64)


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, memory_limit=0
    ) as started:
        yield started


@pytest.mark.filterwarnings("ignore")  # of a library, about a worker that is killed
def test_a_cluster_finds_the_same_although_a_worker_dies(cluster: Any, tmp_path: Path) -> None:
    from napari_unet.core.large.cluster import ClusterHands, Order, connected

    image = (1000 * np.random.default_rng(0).random((400, 500))).astype(np.uint16)
    tifffile.imwrite(tmp_path / "slide.tif", image, tile=(64, 64))
    save_model(made_model(), tmp_path / "model")
    model, target = load_model(tmp_path / "model"), tmp_path / "cluster.tif"
    nu.segment_large(
        model, tmp_path / "slide.tif", tmp_path / "alone.tif", tile=192, device="cpu", turns=1, block=256, halo=64
    )
    wishes = Wishes(RUNNING, model.card.postprocessing, CUTTING)
    order = Order(tmp_path / "slide.tif", "", (tmp_path / "model",), RUNNING, model.card.postprocessing)
    killed, found = [], None

    with connected(cluster.scheduler_address) as client:
        pids = list(client.run(os.getpid).values())
        for report in segment_to_files(
            Job([model], open_windows(tmp_path / "slide.tif"), wishes, never), target,
            lambda found: write_large(found, {target: FORMATS["tiff"]}, ExportSettings()),
            partial(ClusterHands, client, order),
        ):  # fmt: skip
            if not killed and getattr(report, "done", 0) == 3:
                os.kill(pids[0], signal.SIGKILL)
                killed.append(report.stage)
            found = report if isinstance(report, Filed) else found

    assert killed == ["tile"]
    assert found is not None
    assert found.numbers.count > 10
    np.testing.assert_array_equal(tifffile.imread(target), tifffile.imread(tmp_path / "alone.tif"))
    assert {path.name for path in tmp_path.iterdir()} == {"slide.tif", "model", "alone.tif", "cluster.tif"}


def test_a_scheduler_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    from napari_unet.core.large.cluster import connected

    with pytest.raises(SettingsError, match="No scheduler answers"), connected("nonsense"):
        pass
