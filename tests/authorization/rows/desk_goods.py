"""The desk: goods in and out of a firm's places, and deliveries to confirm."""

from tests.authorization.row import COMPANY, HISTORIANS, REGISTER, Row, form, get

LINE = {
    "line-side": "lines",
    "line-gtin": "09520009000029",  # nobody's: the place decides
    "line-lot": "L1",
    "line-serials": "",
    "line-sscc": "",
    "line-quantity": "1",
    "line-uom": "",
}

ROWS: list[Row] = [
    get("/desk/goods", COMPANY),
    get("/desk/goods/recorded?event={event}", COMPANY),
    form("/desk/photo", HISTORIANS, own=422),  # without a picture
    get("/desk/deliveries", COMPANY),
    get("/desk/deliveries/sent", COMPANY),
    # the events of the world are shipments of the maker's own: they wait at its customer, not with it
    get("/desk/deliveries/one?event={event}", COMPANY, own=404),
    form("/desk/deliveries/one", COMPANY, own=404, fields={"event": "{event}", "state": "any"}),
    get("/desk/sales/new", COMPANY),
    get("/desk/shipments/new?place={place}&to={customer}", COMPANY, foreign=200, absent=200),
    form(
        "/desk/sales/lines",
        COMPANY,
        own=200,
        fields={"scan": "(01){gtin}(10){lot}"},
        foreign=200,
        absent=200,
        told=REGISTER,
    ),
    form("/desk/sales/new", COMPANY, fields={"place": "{place}", **LINE}),
]
