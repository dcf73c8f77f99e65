"""Tables that are uploaded, and sessions made from them."""

from tests.engine.nets import net

POINTS = "x,y,kind\n1,2,a\n3,4,b\n5,6,a\n7,8,b\n"


def send(api, text, query="", media="text/csv"):
    content = text if isinstance(text, bytes) else text.encode()
    return api.request("POST", f"/datasets{query}", content=content, headers={"content-type": media})


def upload(api, text, query=""):
    response = send(api, text, query) if isinstance(text, (str, bytes)) else api.post("/datasets", text)
    assert response.status_code == 201, response.text
    return response.json()


def suggested(made, **data):
    """The network that the answer to an upload suggests."""
    suggestion = made["suggestion"]
    return net(
        data={"dataset_id": made["id"], **data},
        layers=[{"name": "hidden1", "units": 4, "activation": "tanh"}, {"name": "output", **suggestion["output"]}],
        loss=suggestion["loss"],
    )


def session(api, made, **data):
    """A session of that network."""
    return api.create(suggested(made, **data))
