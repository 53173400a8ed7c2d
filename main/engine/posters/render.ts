/** Draws one poster. Runs in a separate process, because it hands untrusted bytes to a native decoder. */
import { cropped, fitted, posterHeight, posterQuality, posterWidth, type Recipe } from './recipe.ts'

/** The blurred background is made small and scaled up: half the time, and no visible difference. */
const small = { width: 100, height: 150 }
/** Drawn so much wider on each side, so that the blur finds no edge inside the picture, which would be dark. */
const margin = 20
const blurPx = 5
const darkening = 'rgba(0, 0, 0, 0.45)'

export async function renderPoster(bytes: Buffer, recipe: Recipe): Promise<Buffer> {
  const { createCanvas, loadImage } = await import('@napi-rs/canvas')
  const image = await loadImage(bytes)
  const frame = { width: posterWidth, height: posterHeight }
  const canvas = createCanvas(frame.width, frame.height)
  const context = canvas.getContext('2d')
  context.fillStyle = 'black'
  context.fillRect(0, 0, frame.width, frame.height)
  context.imageSmoothingQuality = 'high'
  if (recipe.style === 'crop') {
    const from = cropped(image, frame, recipe.anchor)
    context.drawImage(image, from.x, from.y, from.width, from.height, 0, 0, frame.width, frame.height)
    return canvas.encode('jpeg', posterQuality)
  }
  if (recipe.style === 'fill') {
    const back = createCanvas(small.width + 2 * margin, small.height + 2 * margin)
    const backContext = back.getContext('2d')
    const from = cropped(image, back, 'centre')
    backContext.filter = `blur(${blurPx}px)`
    // Wider than the canvas, so that nothing transparent is blurred into it.
    backContext.drawImage(
      image,
      from.x,
      from.y,
      from.width,
      from.height,
      -margin,
      -margin,
      back.width + 2 * margin,
      back.height + 2 * margin,
    )
    context.drawImage(back, margin, margin, small.width, small.height, 0, 0, frame.width, frame.height)
    context.fillStyle = darkening
    context.fillRect(0, 0, frame.width, frame.height)
  }
  const place = fitted(image, frame)
  context.drawImage(image, place.x, place.y, place.width, place.height)
  return canvas.encode('jpeg', posterQuality)
}
