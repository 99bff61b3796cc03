/** The table of semantics: what a value means, whichever engine computes it. */
import { conformanceCases } from './conformance-cases.ts'

export interface SemanticRule {
  readonly id: string
  /** What holds on every engine. */
  readonly promise: string
  /** Who does it differently by itself. */
  readonly differs: string
  /** How that engine is brought to agree. */
  readonly cure: string
  /** Names of the conformance cases that show it. */
  readonly cases: readonly string[]
  /** Where a rule about plans, files or results is tested, which conformance cases of expressions cannot show. */
  readonly elsewhere?: string
}

type Written = Omit<SemanticRule, 'cases'>

const rules: readonly Written[] = [
  {
    id: 'div-int',
    promise:
      '`div` of integers is real division; x/0 is ±Infinity, 0/0 is NaN; `mod` has the sign of the first, and of integers by zero is an error.',
    differs: 'Spark gives NULL or an error for x/0, DuckDB NULL for mod by zero.',
    cure: 'Casts to double; a guard before the remainder.',
  },
  {
    id: 'sum-int',
    promise: 'The sum of integers is an int64, checked at the end; partial sums may pass it.',
    differs: 'Spark checks partial sums; DuckDB gives a HUGEINT.',
    cure: 'Spark sums as DECIMAL(38,0); DuckDB casts the result; kernels keep 128 bits.',
  },
  {
    id: 'mean-var',
    promise:
      'Mean, variance and standard deviation are floats of the values that are not NULL; deviation of one row is NULL; with an Infinity it is NaN.',
    differs: 'DuckDB raises an error on Infinity.',
    cure: 'A guard around the aggregate.',
  },
  {
    id: 'float-sum',
    promise: 'The order in which floats are added is free: results are equal to 1e-9 relative.',
    differs: 'Every engine, by threads.',
    cure: 'Tests use a tolerance.',
  },
  {
    id: 'nan',
    promise:
      'NaN equals NaN and is the greatest number, in comparisons, orders, groups, joins, min, max and clip; -0 is 0. Float arithmetic never fails.',
    differs: 'JavaScript: NaN differs from itself. DuckDB: -0 and 0 are two keys.',
    cure: 'Own comparison in kernels; keys are normalised in SQL.',
  },
  {
    id: 'nulls-last',
    promise: 'NULLs come last, in both directions, unless `nulls: first` is asked for.',
    differs: 'Spark puts them first when ascending.',
    cure: 'NULLS LAST is always written.',
  },
  {
    id: 'three-valued',
    promise:
      'Conditions are true, false or NULL by the logic of Kleene; a filter keeps only true; a case takes the first condition that is true.',
    differs: 'Nobody.',
    cure: 'None.',
  },
  {
    id: 'concat-null',
    promise: '`concat` with NULL is NULL.',
    differs: "DuckDB's and Spark's function `concat` differ from each other.",
    cure: 'The operator || is used.',
  },
  {
    id: 'list',
    promise:
      'Items count from 0, from the end when negative; out of range is NULL; NULL items are kept; a list of no rows is empty; `contains` is false for what is not there.',
    differs: 'DuckDB counts from 1 and gives NULL for a list of no rows.',
    cure: 'Per dialect.',
  },
  {
    id: 'weekday',
    promise: 'Monday is 1, Sunday is 7.',
    differs: 'DuckDB, Spark and JavaScript begin at three different days.',
    cure: 'Per dialect.',
  },
  {
    id: 'date-diff',
    promise: 'Whole units that have passed, with sign; a month has passed when its day and time are reached.',
    differs: "DuckDB's date_sub clamps the ends of months.",
    cure: 'Written out.',
  },
  {
    id: 'narrow',
    promise:
      'int8 to uint32 calculate as int64 and float32 as float64; compared, grouped and passed on they keep their type. uint64 calculates exactly and is checked: with constants and itself uint64, with signed numbers int64. Its bits and its `floorDiv` reach up to 2^63 - 1. A cast to float32 rounds to the nearest; every other cast into a narrower number fails outside its range.',
    differs: 'DuckDB and Spark calculate within the narrow type, and overflow; kernels have no narrow arrays.',
    cure: 'A cast to the wider type around the operands, put in when the expression is built.',
  },
  {
    id: 'clock',
    promise:
      'A time of day is microseconds since midnight. A wall clock is compared and shown as it stands, in every time zone. From a wall clock or an instant (UTC) to a time of day is a cast.',
    differs: 'DuckDB takes 1:30 and 24:00:00 for times.',
    cure: 'A pattern before the cast.',
  },
  {
    id: 'interval',
    promise:
      'An interval is months, days and microseconds, each with its sign. Intervals are equal when they are as long, with months of 30 days of 24 hours. As text it is an ISO 8601 duration.',
    differs: 'DuckDB writes `1 year 2 months`, and reads no ISO 8601.',
    cure: 'Texts are put together from the parts, and taken apart by a pattern.',
  },
  {
    id: 'texted',
    promise: 'json is text that is JSON, unchanged; uuid is text in small letters; bytes are base64 as text.',
    differs: 'DuckDB writes bytes as \\x escapes.',
    cure: 'base64() and patterns.',
  },
  {
    id: 'cast-strict',
    promise:
      'A cast that fails is an error, in readers of files too; fractions are not rounded to integers; 1_000, 0x10 and yes are no numbers or booleans; `tryCast` gives NULL instead. Blanks around numbers are allowed.',
    differs: "DuckDB's reader and CAST accept and round.",
    cure: 'A guard by regular expression.',
  },
  {
    id: 'timestamp',
    promise:
      'An instant in microseconds UTC; a text with an offset keeps its instant; `datetime` is a wall clock and never shifted; parts and units are those of UTC; months clamp to their last day.',
    differs: "DuckDB's reader ignores +02:00, and takes the text infinity.",
    cure: 'Read as TIMESTAMPTZ behind a guard.',
  },
  {
    id: 'rank',
    promise: 'Ranks and row numbers are int64; equal rows share a rank; lag and lead give NULL where there is no row.',
    differs: 'Spark gives INT.',
    cure: 'A cast.',
  },
  {
    id: 'domain',
    promise: 'sqrt(-1), ln(0), ln(-1) are NaN, -Infinity, NaN; what is too large is Infinity.',
    differs: 'DuckDB raises an error, Spark gives NULL.',
    cure: 'Guards.',
  },
  {
    id: 'log',
    promise: '`log()` is the natural logarithm, `log(base)` names its base.',
    differs: 'log is base 10 in DuckDB, e in Spark.',
    cure: 'Per dialect.',
  },
  {
    id: 'round',
    promise: 'Half away from zero on the decimal text of the number: 1.005 to two digits is 1.01.',
    differs: 'JavaScript rounds half up; DuckDB rounds the double.',
    cure: 'Own kernel; written out in SQL.',
  },
  {
    id: 'first-by',
    promise: '`first` and `last` by an order; NULL keys come last.',
    differs: "Spark's max_by leaves NULL keys out.",
    cure: 'A struct of "is NULL" and the key.',
  },
  {
    id: 'string-order',
    promise: 'Text is compared by code point and told apart exactly; `length` counts code points.',
    differs: 'JavaScript counts and compares UTF-16 units.',
    cure: 'Never `<` of JavaScript.',
  },
  {
    id: 'int-literal',
    promise: 'int32 with an integer literal is int64, int32 with int32 is int32; a result outside its type is an error.',
    differs: 'DuckDB picks the type of a literal by its size.',
    cure: 'Casts to the type of the plan; kernels check.',
  },
  {
    id: 'case-names',
    promise: 'Two names that differ by case only may meet in a join.',
    differs: 'DuckDB and Spark ignore case.',
    cure: 'Names are changed per relation, results are read by position.',
    elsewhere: 'engine cases of the testing room',
  },
  {
    id: 'regex',
    promise:
      'A checked subset of RE2 with the meaning of JavaScript: no lookaround, no back references, `$` only at the end; `.` stops at line ends. Case beyond ASCII is a declared gap.',
    differs: "Spark's `$` matches before a last line end; DuckDB's `.` takes U+2028.",
    cure: 'Patterns are written out when they are built; others are expr.regex.',
  },
  {
    id: 'int64-out',
    promise: 'An int64 is a number when it is safe and an error when not; `bigint` gives a bigint.',
    differs: 'Plain JSON loses digits silently.',
    cure: 'Checked when values are read.',
    elsewhere: 'tests of the batch room',
  },
  {
    id: 'decimal',
    promise:
      'Decimals are exact: sums and products grow their digits, up to 38; `div` and `mean` are floats; casts keep every digit or fail.',
    differs: 'DuckDB and Spark round casts.',
    cure: 'A guard that compares before and after.',
  },
  {
    id: 'text',
    promise:
      '`slice` counts code points; `replace` replaces every occurrence and takes both texts as they are; `split` keeps empty parts; `trim` takes ASCII blanks. Case mapping and trim beyond ASCII are declared gaps.',
    differs: "JavaScript's replace with a text takes the first only; DuckDB's trim takes spaces only.",
    cure: 'Per dialect; own kernels.',
  },
  {
    id: 'empty',
    promise: 'Without keys there is one row, also of an empty table: counts are 0, lists empty, others NULL. With keys there is none.',
    differs: 'Nobody.',
    cure: 'Lists are coalesced.',
  },
  {
    id: 'math',
    promise: 'Functions of numbers follow IEEE: NaN outside their domain, never an error; `floorDiv` rounds down, `trunc` towards zero.',
    differs: 'DuckDB raises errors for sin(Infinity) and asin(2); its // rounds towards zero.',
    cure: 'Guards; written out.',
  },
  {
    id: 'bits',
    promise:
      'Bits of integers are those of two’s complement; what is shifted out to the left is an error, to the right it is rounded down.',
    differs: 'DuckDB refuses to shift negative numbers.',
    cure: 'A product of 128 bits that is checked.',
  },
  {
    id: 'extreme',
    promise: '`greatest` and `least` leave NULLs out and are NULL of none; NaN is the greatest, text goes by code point.',
    differs: 'Spark and DuckDB as promised; others give NULL with one NULL.',
    cure: 'None.',
  },
  {
    id: 'zones',
    promise:
      '`inZone` is what a clock shows, `atZone` the instant of it: an hour that comes twice is its first pass, a skipped one is read with the offset before it (the rule `compatible` of Temporal). Hours are cut off the instant, days and more off the clock.',
    differs: "DuckDB takes the second pass of an hour that comes twice. The zones are those of each engine's own data.",
    cure: 'Offsets a day before and a day after are tried in this order.',
  },
  {
    id: 'bytes',
    promise: 'Texts are bytes in UTF-8; hexadecimal digits are capital; what is no UTF-8, base64 or hexadecimal text is an error.',
    differs: 'JavaScript reads broken base64 and UTF-8 in silence; DuckDB takes half a byte.',
    cure: 'A pattern before the reading.',
  },
  {
    id: 'hash',
    promise: '`hash` is the first 52 bits of md5(`seed|text`): a whole number that every engine and every version gives.',
    differs: 'Hash functions of engines differ, and between their versions.',
    cure: 'md5 everywhere.',
  },
  {
    id: 'json',
    promise:
      'A path of JSON gives text without quotes, whole numbers as they are written and others as the shortest float; NULL for null and for what is not there; text that is no JSON is an error unless NULL is asked for. A comma behind the last item, NaN and Infinity are let through.',
    differs: 'JSON.parse loses digits of large numbers.',
    cure: 'An own reader in kernels.',
  },
  {
    id: 'parse',
    promise:
      'Patterns read the whole text: names in English, in small or capital letters; a leading zero may be missing; %y from 69 is of the last century. A day that does not exist is an error unless NULL is asked for.',
    differs: "DuckDB's strptime skips blanks and rolls 24:00 over.",
    cure: 'One regular expression for both, the parts are put together.',
  },
  {
    id: 'quantile',
    promise: 'Medians and quantiles are interpolated linearly between the two nearest values.',
    differs: "DuckDB's median of integers is a float, its quantile a value.",
    cure: 'quantile_cont of a double.',
  },
  {
    id: 'sample-shape',
    promise:
      'Skewness and kurtosis are those of a sample, corrected for bias (G1 and G2, as pandas); of equal values, of what is not finite, and beyond 1e75 they are NaN.',
    differs: "DuckDB's own lose all digits of large numbers that are close together, and raise an error on Infinity.",
    cure: 'Moments from covariances in SQL, an error where the mean is more than 1e6 (kurtosis: 1e4) times the deviation; kernels are exact to rounding.',
  },
  {
    id: 'pairs',
    promise:
      'Covariance, correlation and weighted mean take the rows where both columns have a value; of one row they are NULL, but the population covariance is 0; of what is not finite, and where a product passes the largest double, NaN.',
    differs: "DuckDB's correlation raises an error on Infinity, and gives NaN for one row.",
    cure: 'Covariances, which do not raise.',
  },
  {
    id: 'frequent',
    promise:
      'The mode is the least of the most frequent values; NaN is one value, -0 is 0, NULL is none. A bin has its lower edge, the last bin both.',
    differs: "DuckDB's mode takes the value it met first; its bins have their upper edges.",
    cure: 'An order inside the aggregate; one count a bin.',
  },
  {
    id: 'approximate',
    promise:
      'approxCountDistinct and approxQuantile are estimates that differ by engine: the standard error of counts is 1.6 % in kernels (exact up to 1,024 values) and 2.3 % on DuckDB, quantiles are wrong by up to 1 % of the rows.',
    differs: "Every engine; the standard error of DuckDB's own count is 13 %.",
    cure: 'Bitmaps that are counted on DuckDB; tests use a tolerance.',
  },
  {
    id: 'where',
    promise: '`where` leaves rows out of one aggregate; NULL conditions leave out.',
    differs: 'DuckDB: list of no rows is NULL.',
    cure: 'FILTER, and a coalesce around lists.',
  },
  {
    id: 'every-type',
    promise: 'A function means the same for every type it takes: what is cast to a wider type, or to text, beforehand gives the same.',
    differs: 'Engines choose other functions by the types of operands, and calculate within them.',
    cure: 'A case for each function and type; a test finds those that have none.',
  },
  {
    id: 'window-frame',
    promise:
      'Without an order a window is the whole partition; with an order it ends at the current row and its equals; `rows` and `range` name the frame.',
    differs: 'Nobody.',
    cure: 'None.',
  },
]

/** The table of semantics, each rule with its cases. */
export const semantics: readonly SemanticRule[] = Object.freeze(
  rules.map(rule => Object.freeze({ ...rule, cases: conformanceCases.filter(one => one.rule === rule.id).map(one => one.name) })),
)
