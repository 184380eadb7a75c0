import cluster from './schemas/cluster.json' with { type: 'json' }
import management from './schemas/management.json' with { type: 'json' }
import project from './schemas/project.json' with { type: 'json' }
import publicly from './schemas/public.json' with { type: 'json' }
import { SchemaSet, type Schema } from './schema.ts'
import type { SchemasOf } from './route.ts'

/** Every schema served, by API version. */
export const schemas: SchemasOf = {
  public: new SchemaSet(publicly as unknown as readonly Schema[]),
  management: new SchemaSet(management as unknown as readonly Schema[]),
  cluster: new SchemaSet(cluster as unknown as readonly Schema[]),
  project: new SchemaSet(project as unknown as readonly Schema[]),
}
