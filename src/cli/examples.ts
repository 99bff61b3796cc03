/** Lines to type, shown at the end of each command's help. */
export const examples: Readonly<Record<string, readonly string[]>> = {
  tidemill: [
    'tidemill homes.csv',
    'tidemill train homes.csv --target price --register price',
    'tidemill predict price new.csv --out predicted.csv',
    'tidemill serve',
  ],
  head: [
    'tidemill head homes.csv -n 5',
    'tidemill head orders.json --columns id,total --csv',
    'cat homes.csv | tidemill head - --format csv',
  ],
  profile: ['tidemill profile homes.csv', 'tidemill profile homes.parquet --html profile.html'],
  check: [
    'tidemill check orders.csv    (suggests a contract)',
    'tidemill check orders.csv --suggest > contract.json',
    'tidemill check orders.csv --contract contract.json --with customers=customers.csv --history --html report.html',
  ],
  convert: [
    'tidemill convert homes.csv homes.parquet',
    'tidemill convert orders.json orders.csv.gz --columns id,total',
    'tidemill convert events.ndjson events/ --partition-by region --compression zstd',
    'tidemill convert shop.sqlite orders.xlsx --table orders',
  ],
  plot: ['tidemill plot homes.csv --x size --y price', 'tidemill plot homes.csv --x city --y price --aggregate mean --out prices.svg'],
  query: [
    `tidemill query "select city, avg(price) from 'homes.csv' group by city"`,
    `tidemill query --file o=orders.json --file c=customers.csv "select * from o join c using (customer)" --out joined.parquet`,
    'tidemill query - --csv < report.sql',
    'tidemill query    (asks for statements)',
  ],
  repl: ['tidemill repl', 'tidemill repl homes.csv    (the table is data)', 'tidemill repl o=orders.json c=customers.csv'],
  types: ["tidemill types 'data/*.csv'", "tidemill types --watch 'data/*.csv'"],
  train: [
    'tidemill train homes.csv --target price',
    'tidemill train homes.csv --target price --drop id --param trees=300 --out models/price',
    'tidemill train homes.csv --target price --grid trees=100,200 --grid minLeaf=1,5 --register price',
  ],
  predict: ['tidemill predict price@champion new.csv --out predicted.csv', 'tidemill predict models/price new.parquet --rows 20'],
  serve: [
    'tidemill serve',
    'tidemill serve --model price=models/price --port 0',
    'TIDEMILL_TOKEN="$(openssl rand -base64 32)" tidemill serve    (a token of your own; else one is made and shown once)',
  ],
  models: [
    'tidemill models',
    'tidemill models show price',
    "tidemill models promote price champion 2 --reason 'lower error on rows held out'",
    "tidemill models rollback price champion --reason 'it drifted'",
    'tidemill models history price champion',
  ],
  jobs: ['tidemill jobs', 'tidemill jobs top alerts', 'tidemill jobs stop alerts --drain'],
  doctor: ['tidemill doctor', 'tidemill doctor sc://host:15002'],
  run: ['tidemill run report.ts', 'tidemill run --watch report.ts 2026'],
}
