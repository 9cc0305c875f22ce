import { asleep } from './wait.ts'

// Nothing else goes on: the process is free to exit.
void asleep({ keepAlive: false, schedule: () => '1h' })
