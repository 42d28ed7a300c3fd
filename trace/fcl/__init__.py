"""FoodChain-Lab's all-in-one sheet: stations, deliveries and which delivery went into which, read and written."""
