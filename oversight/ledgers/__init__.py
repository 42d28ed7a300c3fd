"""Purchase and sales ledgers (进货台账、销售台账): read off the postings, never kept a second time."""
