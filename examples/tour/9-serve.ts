import type { Session } from 'tidemill'
import { californiaHousing } from 'tidemill/datasets'
import { tokens } from 'tidemill/security'
import { app, listen, workspaceModels } from 'tidemill/server'

/** Serves the registered models on this machine only, asks for the price of five blocks, and compares with the table's answer. */
export async function serve(tm: Session) {
  const known = tokens()
  const { token } = known.issue({ name: 'tour' }) // shown once; only its hash is kept
  await using server = await listen(app({ models: workspaceModels(tm.models), tokens: known }))
  const { test } = (await tm.read(californiaHousing())).split(californiaHousing.articleSplit)
  const blocks = test.limit(5)
  const champion = await tm.models.load('price@champion')
  const inTable = (await blocks.transform(champion).rows()).map(row => row.prediction)
  const rows = await blocks.drop('medHouseVal').rows()

  const ask = (headers: Record<string, string>) =>
    fetch(`${server.url}/v2/models/price@champion/infer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({
        inputs: [{ name: 'rows', shape: [rows.length, 8], datatype: 'FP64', data: rows.map(row => Object.values(row)) }],
      }),
    })
  const refused = (await ask({})).status
  const answer = (await (await ask({ authorization: `Bearer ${token}` })).json()) as {
    outputs: { data: number[] }[]
    model_version: string
  }
  return { url: server.url, token, refused, version: answer.model_version, overHttp: answer.outputs[0]?.data ?? [], inTable }
}
