import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeBatch } from '../../batch/index.ts'
import { columnNode, type ExprNode } from '../../expr/index.ts'
import { evaluate } from '../../kernels/index.ts'
import { growSmall, labels, numbers, randomTable, type SmallTable } from '../trees/fixtures/grow-small.ts'
import { type GrowSettings, treeImportance } from '../trees/index.ts'
import type { Coded, Kind, Label, Lists, Stored, Tensor } from './kind.ts'
import {
  decisionTreeClassifierKind,
  decisionTreeRegressorKind,
  randomForestClassifierKind,
  randomForestRegressorKind,
  type TreeEnsembleState,
} from './tree-ensemble.ts'
