import { expect, expectTypeOf, test } from 'vitest'
import { type CamelCase, camelCase, type CamelKeys, type OpenRow } from './index.ts'

test('names become camel case', () => {
  expect(camelCase('median_house_value')).toBe('medianHouseValue')
  expect(camelCase('MedInc')).toBe('medInc')
  expect(camelCase('Total Rooms')).toBe('totalRooms')
  expect(camelCase('ocean-proximity')).toBe('oceanProximity')
  expect(camelCase('ID')).toBe('id')
  expect(camelCase('TOTAL_ROOMS')).toBe('totalRooms')
  expect(camelCase('sepal length (cm)')).toBe('sepalLengthCm')
  expect(camelCase('alreadyCamel')).toBe('alreadyCamel')
  expect(camelCase('%')).toBe('%')
  expect(camelCase('')).toBe('')
})

test('a name in camel case stays as it is', () => {
  for (const name of Object.values<string>(spelled)) expect(camelCase(name)).toBe(name)
})

test('the row type gets the same names', () => {
  expectTypeOf<CamelKeys<{ 'Total Rooms': number; city_name: string | null }>>().toEqualTypeOf<{
    totalRooms: number
    cityName: string | null
  }>()
  expectTypeOf<CamelKeys<OpenRow>>().toEqualTypeOf<OpenRow>()
  expectTypeOf<CamelCase<string>>().toEqualTypeOf<string>()
  expectTypeOf(camelCase('MedInc')).toEqualTypeOf<'medInc'>()
})

/**
 * Both sides of each line are checked: the value by `npm run types`, because its type is CamelCase of the key, and by the test against the run time.
 */
const spelled: { readonly [N in Name]: CamelCase<N> } = {
  median_house_value: 'medianHouseValue',
  MedInc: 'medInc',
  'Total Rooms': 'totalRooms',
  'ocean-proximity': 'oceanProximity',
  ID: 'id',
  customerID: 'customerID',
  HTTPStatus: 'hTTPStatus',
  TOTAL_ROOMS: 'totalRooms',
  'sepal length (cm)': 'sepalLengthCm',
  'petal.length': 'petalLength',
  '2nd floor': '2ndFloor',
  '1stFlrSF': '1stFlrSF',
  p90: 'p90',
  P90: 'p90',
  __private__: 'private',
  '%': '%',
  $price: 'price',
  'price ($)': 'price',
  'a--b__c  d': 'aBCD',
  ' padded ': 'padded',
  'Größe in Metern': 'größeInMetern',
  ÉCOLE: 'école',
  Straße_ß: 'straßeSS',
  '城市 name': '城市Name',
  x: 'x',
  X: 'x',
  'A B C': 'aBC',
  "o'brien/name": 'oBrienName',
  'tab\tname': 'tabName',
  '': '',
  'a_😀_b': 'a😀B',
}
type Name =
  | 'median_house_value'
  | 'MedInc'
  | 'Total Rooms'
  | 'ocean-proximity'
  | 'ID'
  | 'customerID'
  | 'HTTPStatus'
  | 'TOTAL_ROOMS'
  | 'sepal length (cm)'
  | 'petal.length'
  | '2nd floor'
  | '1stFlrSF'
  | 'p90'
  | 'P90'
  | '__private__'
  | '%'
  | '$price'
  | 'price ($)'
  | 'a--b__c  d'
  | ' padded '
  | 'Größe in Metern'
  | 'ÉCOLE'
  | 'Straße_ß'
  | '城市 name'
  | 'x'
  | 'X'
  | 'A B C'
  | "o'brien/name"
  | 'tab\tname'
  | ''
  | 'a_😀_b'

test('the compiler gives each name the same spelling as the run time', () => {
  for (const [name, camel] of Object.entries(spelled)) expect([name, camelCase(name)]).toEqual([name, camel])
})

test('the compiler refuses another spelling', () => {
  // @ts-expect-error the name is medInc
  const wrong: CamelCase<'MedInc'> = 'MedInc'
  expect(camelCase('MedInc')).not.toBe(wrong)
})

test('names of some hundred letters are no burden for the compiler', () => {
  const long =
    'some_words_to_make_a_name_that_is_really_long_so_that_the_loop_over_its_letters_runs_often_some_words_to_make_a_name_that_is_really_long_so_that_the_loop_over_its_letters_runs_often'
  expectTypeOf(
    camelCase(long),
  ).toEqualTypeOf<'someWordsToMakeANameThatIsReallyLongSoThatTheLoopOverItsLettersRunsOftenSomeWordsToMakeANameThatIsReallyLongSoThatTheLoopOverItsLettersRunsOften'>()
  expect(camelCase(long)).toBe(
    'someWordsToMakeANameThatIsReallyLongSoThatTheLoopOverItsLettersRunsOftenSomeWordsToMakeANameThatIsReallyLongSoThatTheLoopOverItsLettersRunsOften',
  )
})
