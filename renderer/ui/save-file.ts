/** Hands a text to the user as a file, through the browser's own download. */
export function saveFile(name: string, text: BlobPart | readonly BlobPart[]): void {
  const address = URL.createObjectURL(new Blob(Array.isArray(text) ? [...text] : [text], { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  URL.revokeObjectURL(address)
}
