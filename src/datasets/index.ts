/** Floor 5: small real tables that ship with the package. Facts and licences: datasets/README.md. */
export { type CaliforniaHousing, californiaHousing, type House } from './california-housing.ts'
export { type Block, californiaBlocks, type DamagedBlock, damagedBlocks } from './california-blocks.ts'
export { oceanNames, type OceanName } from './ocean-names.ts'
export { type Flower, iris, type Iris } from './iris.ts'
export { type Credit, germanCredit } from './german-credit.ts'
export type { ArticleSplit } from './article-split.ts'
