"""A network elsewhere: scripts that compute one step as it was computed here, PyTorch's names for weights, and tables.

The scripts are the schedule's own lines of code between a head and an end, so that no op is named here.
"""

from .numpy import NUMPY
from .pytorch import PYTORCH
from .safetensors import from_state_dict, state_dict
from .script import Language, script
from .table import table

__all__ = ["NUMPY", "PYTORCH", "Language", "from_state_dict", "script", "state_dict", "table"]
