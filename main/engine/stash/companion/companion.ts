/** The files of the companion plugin, with address and token in them. Pure. */
import { type CompanionSpec, manifestName, manifestOf, scriptName } from './manifest.ts'
import { scriptSource } from './script-source.ts'

export interface CompanionFile {
  readonly name: string
  readonly text: string
}

/** The script first: writing the files in this order never leaves a manifest without its script. */
export function companionFiles(spec: CompanionSpec): readonly CompanionFile[] {
  return [
    { name: scriptName(spec.id, spec.variant), text: scriptSource(spec) },
    { name: manifestName(spec.id), text: manifestOf(spec) },
  ]
}
