import { tidemill } from 'tidemill'
import { learn } from './tour/3-learn.ts'
import { digest } from './tour/digest.ts'
const tm = await tidemill()
const { model, predicted } = await learn(tm, '/tmp/zz-price')
for (let i=0;i<4;i++) console.log((await predicted.rows()).length, (await predicted.select('prediction').rows()).length, (await digest(predicted)).slice(0,8))
await tm.close()
