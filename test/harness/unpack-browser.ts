/** Unpacks the Chromium that an npm package carries into the temporary folder, which the caller sets (`TMPDIR`). */
import { fileURLToPath } from 'node:url'
import { inflate } from '@sparticuz/chromium'

// `executablePath` of the package omits the libraries, except on the platforms it was made for.
for (const part of ['chromium.br', 'al2023.tar.br', 'fonts.tar.br', 'swiftshader.tar.br'])
  await inflate(fileURLToPath(new URL(`../bin/${part}`, import.meta.resolve('@sparticuz/chromium'))))
