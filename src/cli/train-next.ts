import type { Kept } from './train-keep.ts'

const defaultWorkspace = '.tidemill'

/** Commands that can be typed next, as a shell reads them. */
export function nextCommands(file: string, { saved, version }: Kept, workspace: string): readonly string[] {
  const lines: string[] = []
  // Where npx began this command, the plain name is on no path.
  const tidemill = process.env['npm_command'] === 'exec' ? 'npx tidemill' : 'tidemill'
  const at = workspace === defaultWorkspace ? '' : ` --workspace ${quoted(workspace)}`
  if (version !== undefined)
    lines.push(
      `${tidemill} predict ${version.name}@${version.number} ${quoted(file)}${at}`,
      `${tidemill} models promote ${version.name} champion ${version.number} --reason '${version.number === 1 ? 'first one' : 'newest one'}'${at}`,
      `${tidemill} serve${at}`,
    )
  if (saved !== undefined) {
    lines.push(`${tidemill} predict ${quoted(saved)} ${quoted(file)}`)
    if (version === undefined) lines.push(`${tidemill} serve --model ${nameOf(saved)}=${quoted(saved)}`)
  }
  return lines
}

/** A name for a model out of its folder. */
function nameOf(folder: string): string {
  const last =
    folder
      .replace(/[\\/]+$/, '')
      .split(/[\\/]/)
      .at(-1) ?? ''
  const name = last.replaceAll(/[^A-Za-z0-9_-]/g, '-')
  return name === '' ? 'model' : name
}

function quoted(text: string): string {
  return /^[\w./@%+=:,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
