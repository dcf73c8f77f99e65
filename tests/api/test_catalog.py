"""The catalog: what a spec can name, and nothing that is not there."""

import pytest

from app.engine.datasets import DATASETS
from app.engine.initializers import INITIALIZERS
from app.engine.layers import LAYERS
from app.engine.ops import ACTIVATIONS, LOSSES
from app.engine.optimizers import OPTIMIZERS, SCHEDULES
from app.engine.presets import presets
from tests.engine.nets import X, Y, net, targets


def layers(**first):
    return [{"units": 3, **first}, {"units": 2}]


def without(entry, **chosen):
    """A choice spelled out: its type, and every field at its default."""
    return {"type": entry["type"], **{field["name"]: field["default"] for field in entry["fields"]}, **chosen}


def settings(entry):
    """The plain fields of a spec, or of its data, with every default spelled out."""
    values = {name: value for name, value in without(entry).items() if name != "type"}
    return values if entry["type"] == "training" else {"data": {"inline": {"x": X, "y": Y}, **values}}


SPECS = {
    "layers": lambda entry: net(layers=[{k: v for k, v in without(entry).items() if v is not None}, {"units": 2}]),
    "activations": lambda entry: net(layers=layers(activation=without(entry))),
    "losses": lambda entry: net(loss=without(entry), data={"inline": {"x": X, "y": targets(entry["type"], Y)}}),
    "optimizers": lambda entry: net(optimizer=without(entry)),
    "schedules": lambda entry: net(optimizer={"type": "sgd", "schedule": without(entry)}),
    "penalties": lambda entry: net(penalty={k: v for k, v in without(entry).items() if k != "type"}),
    "initializers": lambda entry: net(layers=layers(init=without(entry))),
    "datasets": lambda entry: net(
        data={"dataset": entry["type"], **{field["name"]: field["default"] for field in entry["fields"]}},
        layers=[{"units": entry["classes"] or 1}],
    ),
    "settings": lambda entry: net(**settings(entry)),
    "presets": lambda entry: {"preset": entry["name"]},
}
"""For each list of the catalog, a spec that uses one of its entries with every default spelled out."""


@pytest.fixture(scope="module")
def catalog(api):
    return api.get("/catalog").json()


def test_the_catalog_has_the_things_of_this_version(catalog):
    names = {kind: [entry.get("type") or entry["name"] for entry in entries] for kind, entries in catalog.items()}

    assert names == {
        "layers": list(LAYERS),
        "activations": ACTIVATIONS.names(),
        "losses": LOSSES.names(),
        "optimizers": OPTIMIZERS.names(),
        "schedules": SCHEDULES.names(),
        "penalties": ["penalty"],
        "initializers": INITIALIZERS.names(),
        "datasets": DATASETS.names(),
        "settings": ["training", "data"],
        "presets": list(presets()),
    }


@pytest.mark.parametrize("kind", SPECS)
def test_everything_in_the_catalog_can_be_used_with_its_defaults(api, catalog, kind):
    assert catalog[kind]

    for entry in catalog[kind]:
        session = api.create(SPECS[kind](entry))
        assert session.advance("batch")["session"]["step"] == 1, entry


@pytest.mark.parametrize("kind", SPECS)
def test_every_bound_in_the_catalog_is_kept(api, catalog, kind):
    for entry in catalog[kind]:
        for field in entry.get("fields", []):
            for bound, beyond in (("minimum", -1), ("maximum", 1)):
                if bound in field:
                    value = field[bound] + beyond
                    wrong = SPECS[kind]({**entry, "fields": [{**field, "default": value}]})
                    assert api.post("/sessions", wrong).status_code == 422, (entry["type"], field["name"], value)


def test_a_whole_number_is_bounded_so_that_it_can_be_answered(catalog):
    """JSON's readers and writers have 53 or 64 bits. What a server's limits bound by themselves needs no other."""
    unbounded = {
        field["name"]
        for entries in catalog.values()
        for entry in entries
        for field in entry.get("fields", [])
        if field["type"] == "integer" and field.get("maximum", 2**53) >= 2**53
    }

    assert unbounded == {"batch_size", "units"}


@pytest.mark.parametrize("kind", ["activations", "losses", "optimizers", "initializers"])
def test_every_entry_says_what_it_computes(catalog, kind):
    for entry in catalog[kind]:
        assert entry["title"]
        assert entry["formula"]
        assert kind not in ("activations", "losses") or entry["derivative"]


def test_a_convention_at_a_kink_stands_in_the_catalog(catalog):
    conventions = {entry["type"]: entry["convention"] for entry in catalog["activations"]}

    assert conventions["relu"] == "The slope at 0 is 0."


def test_a_hyper_parameter_stands_in_a_formula_of_the_catalog_by_its_name(catalog):
    formulas = {entry["type"]: entry["formula"] + entry["derivative"] for entry in catalog["activations"]}

    assert r"\text{negative\_slope}\,z" in formulas["leaky_relu"]
    assert not [formula for formula in formulas.values() if "$" in formula]


def test_the_choices_of_a_layer_are_those_of_the_catalog(catalog):
    (dense,) = catalog["layers"]
    fields = {field["name"]: field for field in dense["fields"]}

    assert fields["activation"]["choices"] == [entry["type"] for entry in catalog["activations"]]
    assert fields["init"]["choices"] == [entry["type"] for entry in catalog["initializers"]]


def test_the_default_initializer_is_the_activation_s(api, catalog):
    for entry in catalog["activations"]:
        spec = api.create(net(layers=layers(activation=entry["type"]))).spec

        assert spec["layers"][0]["init"] == entry["default_init"]


def test_a_loss_says_for_which_targets_it_is_the_one_to_begin_with(catalog):
    suited = {entry["suits"]: entry["type"] for entry in catalog["losses"] if entry["suits"]}

    assert suited == {"numbers": "mse", "two classes": "bce_with_logits", "many classes": "cross_entropy"}


def test_a_batch_size_of_null_is_all_rows(api):
    assert api.create(net(batch_size=None)).spec["batch_size"] == len(X)


def test_every_preset_has_a_title_a_source_and_its_spec(catalog):
    for preset in catalog["presets"]:
        assert preset["title"] == preset["spec"]["name"]
        assert preset["source"]
        assert preset["text"] is not None


def test_the_first_presets_are_the_ones_that_a_learner_meets_first(catalog):
    assert [preset["name"] for preset in catalog["presets"]][:3] == ["xor", "mazur", "simple-nn"]
