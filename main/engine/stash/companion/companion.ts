/** The files of the companion plugin, with address and token in them. Pure. */
import { javascriptSource } from './javascript-source.ts'
import { type CompanionSpec, manifestName, manifestOf, scriptNames } from './manifest.ts'
import { pythonSource } from './python-source.ts'

export interface CompanionFile {
  readonly name: string
  readonly text: string
}

/** The script first: whoever writes the files in this order never has a manifest without its script. */
export function companionFiles(spec: CompanionSpec): readonly CompanionFile[] {
  const text = spec.variant === 'js' ? javascriptSource(spec) : pythonSource(spec)
  return [
    { name: scriptNames[spec.variant], text },
    { name: manifestName, text: manifestOf(spec) },
  ]
}
