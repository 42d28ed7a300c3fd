"""The one desk of recalls; its pages declare themselves on it."""

from trace.kit.desk import Desk

desk = Desk("recalls_desk", __name__)
