import { asleep } from './wait.ts'

void asleep({ schedule: () => 50 })
