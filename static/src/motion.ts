/** Moves a position through time, one frame of the screen after the other. The clock is given. */

export interface Clock {
  now(): number;
  /** Call back before the next picture. */
  request(callback: () => void): void;
  wait(milliseconds: number): Promise<void>;
}

export class Motion {
  readonly #clock: Clock;
  readonly #still: () => boolean;
  #from = 0;
  #to = 0;
  #begun = 0;
  #length = 0;
  #asked = false;
  onMove: (position: number) => void = () => undefined;

  /** `still` tells whether the reader wants no motion. */
  constructor(clock: Clock, still: () => boolean) {
    this.#clock = clock;
    this.#still = still;
  }

  get position(): number {
    const passed = this.#clock.now() - this.#begun;
    if (passed >= this.#length) return this.#to;
    return this.#from + (this.#to - this.#from) * (passed / this.#length);
  }

  /** Milliseconds until it rests. */
  get left(): number {
    return Math.max(0, this.#begun + this.#length - this.#clock.now());
  }

  /** Go from one position to another in `length` milliseconds; at once where they are the same. */
  go(from: number, to: number, length: number): void {
    this.#from = from;
    this.#to = to;
    this.#begun = this.#clock.now();
    this.#length = this.#still() || from === to ? 0 : length;
    this.#ask();
  }

  #ask(): void {
    if (this.#asked) return;
    this.#asked = true;
    this.#clock.request(() => {
      this.#asked = false;
      const { position } = this;
      this.onMove(position);
      if (position !== this.#to) this.#ask();
    });
  }
}
