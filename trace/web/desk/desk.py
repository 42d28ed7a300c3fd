"""The one desk of the record; its pages declare themselves on it."""

from trace.kit.desk import Desk

desk = Desk("trace_desk", __name__)
