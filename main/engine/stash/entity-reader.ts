/** Reads performers, studios, tags and groups: all of a kind, one of them, and the change probe over all kinds. */
import { ok, type Result } from '../../../shared/result.ts'
import {
  type CarriedEntity,
  changeProbeQuery,
  changeProbeSchema,
  changeProbeVariables,
  type EntityNeeds,
  entitiesQuery,
  entitiesSchema,
  entityFoundSchema,
  entityQuery,
  hasLostKnown,
  type ProbeReading,
  type ProbeRequest,
} from './change-probe.ts'
import type { DialectFinder } from './dialect-finder.ts'
import type { StashConnection } from './graphql.ts'
import type { CarriedKind } from './queries.ts'

export interface EntityReader {
  /** Counts and newest stamps of everything. */
  changeProbe(request: ProbeRequest, signal?: AbortSignal): Promise<Result<ProbeReading>>
  /** All performers, studios, tags or groups. */
  entities(kind: CarriedKind, signal?: AbortSignal): Promise<Result<CarriedEntity[]>>
  /** One of them; null if Stash has it no more. */
  entity(kind: CarriedKind, id: string, signal?: AbortSignal): Promise<Result<CarriedEntity | null>>
}

export function createEntityReader(
  { graphql }: Pick<StashConnection, 'graphql'>,
  finder: DialectFinder,
  needs: () => EntityNeeds,
): EntityReader {
  return {
    async changeProbe(request, signal) {
      const probe = (asked: ProbeRequest) =>
        finder.ask(
          (dialect) =>
            graphql(changeProbeQuery(dialect, asked), changeProbeVariables(asked), changeProbeSchema(asked), signal),
          signal,
        )
      const read = await probe(request)
      return read.ok && hasLostKnown(request, read.value) ? probe({ ...request, known: {} }) : read
    },
    async entities(kind, signal) {
      const result = await finder.ask(
        (dialect) => graphql(entitiesQuery(kind, dialect, needs()), {}, entitiesSchema, signal),
        signal,
      )
      return result.ok ? ok(result.value.found.rows) : result
    },
    async entity(kind, id, signal) {
      const result = await finder.ask(
        (dialect) => graphql(entityQuery(kind, dialect, needs()), { id }, entityFoundSchema, signal),
        signal,
      )
      return result.ok ? ok(result.value.found) : result
    },
  }
}
