/**
 * Makes a page of typedoc's theme pass the checks of axe-core: landmarks around all there is, headings that leave out no level, no link
 * inside what is clicked to open a section, and wide tables that are scrolled by keyboard too.
 */
export function polishHtml(html: string): string {
  return (
    html
      .replace('<div class="col-content">', '<main class="col-content">')
      .replace(/<\/div>(\s*)<div class="col-sidebar">/, '</main>$1<div class="col-sidebar">')
      // The title of the site above a page that has its own: the README.
      .replace(/<div class="tsd-page-title">\s*<h1>[^<]*<\/h1><\/div>(?=.*?<h1 id=)/s, '')
      .replace('<div class="page-menu">', '<aside class="page-menu" aria-label="On this page">')
      .replace(/<\/div>(\s*)<div class="site-menu">/, '</aside>$1<div class="site-menu">')
      .replaceAll(/<(\/?)h([45])\b([^>]*)>/g, raiseHeading)
      .replaceAll(/<summary\b.*?<\/summary>/gs, (summary) => summary.replaceAll(anchor, ''))
      .replaceAll('<table>', '<div class="table" tabindex="0" role="group" aria-label="Table"><table>')
      .replaceAll('</table>', '</table></div>')
  )
}

const anchor = /<a [^>]*class="tsd-anchor-icon">.*?<\/a>/gs

/** The theme uses h4 and h5 for how they look: they keep that by a class. */
function raiseHeading(_: string, slash: string, level: string, attributes: string): string {
  const raised = Number(level) - 2
  if (slash) return `</h${raised}>`
  const name = `small-${level}`
  const classes = /class="/.test(attributes)
    ? attributes.replace('class="', `class="${name} `)
    : ` class="${name}"${attributes}`
  return `<h${raised}${classes}>`
}
