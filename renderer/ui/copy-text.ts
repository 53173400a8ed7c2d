/** Puts text on the clipboard; false if the browser does not allow it, as on a page without TLS. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false // Also where `clipboard` itself is missing. The caller shows the text instead.
  }
}
