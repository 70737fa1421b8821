// What the worker and the recorder are made of, as strings; put in when the page is made.
(globalThis.Voice = globalThis.Voice || {}).SOURCE = WORKER_SOURCE;
Voice.WORKLET = WORKLET_SOURCE;
