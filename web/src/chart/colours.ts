/** Colours of the tokens as a canvas takes them: a custom property keeps its `light-dark(...)` as text, a computed colour does not. */
export function colourReader(host: HTMLElement): (name: string) => string {
  const probe = document.createElement('span')
  probe.hidden = true
  host.append(probe)
  return name => {
    probe.style.color = `var(${name})`
    return getComputedStyle(probe).color
  }
}
