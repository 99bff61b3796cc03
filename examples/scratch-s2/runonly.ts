import { tidemill } from '../../src/session/index.ts'
const tm = await tidemill({ workspace: process.argv[2]!, workers: 1, typesFile: false })
await tm.experiment('price').run(async run => run.log({ mse: 1 }))
await tm.close()
