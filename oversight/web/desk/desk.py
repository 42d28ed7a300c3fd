"""The one desk of the regulator's work; its pages declare themselves on it."""

from trace.kit.desk import Desk

desk = Desk("oversight_desk", __name__)
