import { memoryStore } from '../../src/storage/memory-store.ts'
import { storeConformance } from '../conformance/store.ts'

storeConformance({ name: 'memory', open: async () => memoryStore() })
