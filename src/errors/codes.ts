/**
 * Every error code of the product with what it means and the usual cure. A code is `room.problem`; it never changes its meaning.
 * `tidemill doctor --codes` and the docs page are printed from this table.
 */
export const errorCodes = {
  // schema
  'schema.unknown-type': 'a type name that does not exist',
  'schema.duplicate-column': 'two columns have the same name',
  'schema.missing-column': 'a declared column is not in the data',
  'schema.not-null': 'a NULL in a column declared without `?`',
  'schema.misfit': 'a value does not fit the type of its column',
  'schema.changed-file': 'a file no longer has the columns that `tidemill types` wrote down',
  'schema.standard-schema': 'a Standard Schema object cannot be read as columns',
  'schema.unsafe-integer': 'an int64 is beyond 2^53 and would lose digits as a number',
  'schema.no-columns': 'a schema without columns',
  // expr
  'expr.unknown-column': 'a column name that the table does not have',
  'expr.unknown-method': 'a method that values of this type do not have',
  'expr.type': 'an operand of another type than the method takes',
  'expr.kind': 'an aggregate where a row value is wanted, or the reverse',
  'expr.literal': 'a value that cannot stand in an expression',
  'expr.javascript-operator': 'a JavaScript operator was used on a column',
  'expr.constant': 'a condition that is a JavaScript constant',
  'expr.unused': 'a condition was built and not used',
  'expr.read-only': 'a column was assigned to',
  'expr.regex': 'a regular expression outside the subset that all engines share',
  'expr.overflow': 'an integer result outside its type',
  'expr.division-by-zero': 'an integer modulo zero',
  'expr.cast': 'a value that cannot be cast',
  'expr.argument': 'an argument of a method has the wrong form',
  // batch
  'batch.corrupt': 'bytes that are not an Arrow stream',
  'batch.shape': 'columns of different length in one batch',
  // storage
  'storage.not-found': 'no object under this key',
  'storage.exists': 'an object is there already',
  'storage.bad-key': 'a key that leaves the store',
  'storage.damaged': 'a file does not have the size or hash its manifest names',
  'storage.version': 'a file was written by a newer version',
  // workers
  'workers.captured': 'a function uses names of an enclosing function',
  'workers.no-source': 'the source of a function was not found',
  'workers.not-cloneable': 'a value given in `with` cannot be cloned',
  'workers.function-failed': 'a function of the user threw',
  'workers.misfit': 'a function returned a row that does not fit the columns it began with',
  'workers.died': 'a worker thread ended unexpectedly',
  'workers.closed': 'the pool was closed',
  // plan
  'plan.unknown-column': 'a column name that the table does not have',
  'plan.duplicate-column': 'two columns with one name',
  'plan.type': 'a step got columns of the wrong type',
  'plan.argument': 'an argument of a verb has the wrong form',
  'plan.gap': 'the engine cannot do a step of the plan',
  'plan.open-schema': 'the columns are not known yet',
  // engines
  'engine.sql': 'the engine refused a statement',
  'engine.out-of-memory': 'a query needed more memory than its limit',
  'engine.disk-full': 'the spill folder is full',
  'engine.cancelled': 'the query was cancelled',
  'engine.closed': 'the session was closed',
  'engine.incomplete': 'a result ended before its last row',
  'engine.missing-native': 'the native part of the engine could not be loaded',
  'engine.locked': 'the database file is in use',
  'engine.data': 'a value in the data is not allowed there',
  'engine.internal': 'a fault inside the engine',
  // connectors
  'connectors.not-found': 'a file does not exist',
  'connectors.empty': 'a file is empty',
  'connectors.ragged': 'a row has another number of fields than the header',
  'connectors.encoding': 'a text file is not UTF-8',
  'connectors.format': 'a file is not of the format its reader expects',
  'connectors.exists': 'the output is there already',
  'connectors.option': 'an option of a connector has the wrong form',
  'connectors.unreadable': 'a file cannot be read or written',
  // ml
  'ml.not-numeric': 'a feature column is not a number',
  'ml.has-nulls': 'a feature or target has NULLs',
  'ml.unknown-target': 'the target is not a column',
  'ml.no-rows': 'there is no row to learn from',
  'ml.no-features': 'there is no feature column',
  'ml.not-finite': 'a feature or target is NaN or infinite',
  'ml.missing-feature': 'a row lacks a feature of the model',
  'ml.param': 'a parameter of an estimator has a wrong value',
  'ml.steps': 'the steps of a pipeline do not fit together',
  'ml.damaged-model': 'a model file is damaged',
  'ml.no-sql': 'a model cannot be written as SQL',
  'ml.unknown-kind': 'a model file of a kind this version does not know',
  // quality
  'quality.check': 'a check has the wrong form',
  // cli
  'cli.usage': 'the command line is not right',
  'cli.doctor': 'a check of the machine is bad',
  'cli.no-match': 'no file matches',
  'session.engine': 'the engine does not do this',
  'session.map-reduce': 'a map or reduce function gave something else than it must',
} as const

/** One of the codes in `errorCodes`. */
export type ErrorCode = keyof typeof errorCodes
