"""The treemap: areas by size, folders around what is in them, small ones gathered, and the tree it is made of."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gui.models.payloadtree import PayloadTree
from gui.models.sizemap import SMALLEST_AREA, Tile, lay_out, neighbour
from spkcore.package.entries import BytesContent, Entry, Kind, file_entry


class _Sized(BytesContent):
    """Content of a size without its bytes."""

    def __init__(self, size: int) -> None:
        object.__setattr__(self, "data", b"")
        self.__dict__["_size"] = size

    @property
    def size(self) -> int:
        return int(self.__dict__["_size"])


def _tree(sizes: dict[str, int]) -> PayloadTree:
    tree = PayloadTree()
    tree.load({path: Entry(Kind.FILE, content=_Sized(size)) for path, size in sizes.items()})
    return tree


def _area(tile: Tile) -> float:
    return tile.width * tile.height


def test_areas_are_in_the_proportions_of_sizes() -> None:
    tiles = lay_out(_tree({"package/a": 600, "package/b": 300, "package/c": 100}), "package", 400, 300)
    areas = {tile.name: _area(tile) for tile in tiles}
    assert areas == pytest.approx({"a": 72_000, "b": 36_000, "c": 12_000})


def test_folders_come_before_what_is_in_them_and_hold_it() -> None:
    tiles = lay_out(_tree({"package/d/e/f": 900, "package/x": 100}), "package", 400, 300)
    names = [tile.name for tile in tiles]
    assert names.index("d") < names.index("e") < names.index("f")
    d, f = (next(tile for tile in tiles if tile.name == name) for name in "df")
    assert d.holds(f.x, f.y)
    assert d.holds(f.x + f.width - 1, f.y + f.height - 1)


def test_what_is_too_small_is_gathered() -> None:
    sizes = {"package/big": 1_000_000} | {f"package/s{number}": 20 for number in range(5000)}
    tiles = lay_out(_tree(sizes), "package", 400, 300)
    assert [(tile.path, tile.count) for tile in tiles] == [("package/big", 1), ("", 5000)]
    assert tiles[1].folder == "package"
    assert tiles[1].size == 100_000


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 10_000_000), min_size=1, max_size=60),
    st.integers(1, 900), st.integers(1, 900),
)  # fmt: skip
def test_tiles_stay_inside_and_do_not_overlap(sizes: list[int], width: int, height: int) -> None:
    tree = _tree({f"package/f{number}": size for number, size in enumerate(sizes)})
    tiles = lay_out(tree, "package", width, height)
    for tile in tiles:
        assert tile.x >= -1e-6
        assert tile.y >= -1e-6
        assert tile.x + tile.width <= width + 1e-6
        assert tile.y + tile.height <= height + 1e-6
        assert _area(tile) >= SMALLEST_AREA - 1e-3
    assert sum(map(_area, tiles)) <= width * height + 1e-3


def test_the_keys_lead_to_the_neighbours() -> None:
    tiles = lay_out(_tree({f"package/f{number}": 100 for number in range(4)}), "package", 400, 400)
    first = tiles[0]
    right, down = neighbour(tiles, first, 1, 0), neighbour(tiles, first, 0, 1)
    assert right is not None
    assert right.x > first.x
    assert down is not None
    assert down.y > first.y
    assert neighbour(tiles, first, -1, 0) is None


def test_the_tree_makes_nodes_only_where_somebody_looks() -> None:
    tree = _tree({f"package/d{number % 10}/f{number}": 1 for number in range(1000)})
    assert len(tree.by_id) == 1
    assert tree.root.total() == 1000
    assert tree.count_files() == 1000
    assert len(tree.by_id) == 1
    node = tree.find("package/d3/f13")
    assert node is not None
    assert len(tree.by_id) == 1 + 10 + 100
    tree.change(node, file_entry(b"12345"))
    assert tree.size_of("package/d3") == 104
    tree.remove(node)
    assert tree.size_of("package") == 999
    assert tree.find("package/d3/f13") is None
    tree.set_filter("f2")
    assert tree.count_found() == 111
    assert "package/d3/f23" in tree
