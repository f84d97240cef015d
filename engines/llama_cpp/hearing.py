"""Sound in a prompt, through libmtmd: what llama-cpp-python 0.3.36 binds and does not yet use.

Its own chat handler refuses projectors that cannot see. Here the take goes in as samples, in the
place of a marker in the text of the prompt.
"""

from __future__ import annotations

import ctypes
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from engines.api import Cancelled
from engines.audio import RATE_HZ
from engines.errors import EngineError, ErrorKind
from engines.llama_cpp.answering import Interrupted, abortable, read_prompt, require_room
from engines.llama_cpp.complaints import complaints
from engines.llama_cpp.loading import thread_count, use_gpu, why_not
from engines.llama_cpp.table import Table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Ears:
    """The projector of one loaded model. Close it before the model."""

    def __init__(self, llama: Any, table: Table) -> None:
        """Raises EngineError: `internal` for a projector that cannot hear or is of another model,
        `needs_download`, `out_of_memory`.
        """
        from llama_cpp import llama_cpp, mtmd_cpp

        assert table.mmproj is not None
        parameters = mtmd_cpp.mtmd_context_params_default()
        parameters.use_gpu = use_gpu(table.device)
        parameters.print_timings = False
        parameters.n_threads = thread_count()
        parameters.flash_attn_type = llama_cpp.LLAMA_FLASH_ATTN_TYPE_DISABLED
        complaints().clear()
        path = str(table.mmproj).encode()
        self._context = mtmd_cpp.mtmd_init_from_file(path, llama.model, parameters)
        if not self._context:
            raise why_not(table, table.mmproj, "libmtmd does not say why")
        rate_hz = mtmd_cpp.mtmd_get_audio_sample_rate(self._context)
        if rate_hz != RATE_HZ:
            self.close()
            hears = f"hears at {rate_hz} Hz" if rate_hz > 0 else "cannot hear"
            sentence = f"{table.mmproj.name} {hears}; takes have {RATE_HZ} Hz."
            raise EngineError(ErrorKind.INTERNAL, sentence)
        self.marker = mtmd_cpp.mtmd_default_marker().decode()
        self._llama = llama

    def close(self) -> None:
        from llama_cpp import mtmd_cpp

        if self._context:
            mtmd_cpp.mtmd_free(self._context)
        self._context = None

    def read_prompt(
        self, text: str, samples: NDArray[np.float32], cancelled: Cancelled
    ) -> tuple[int, float]:
        """Read a prompt that holds `marker` once; `samples`: shape `(n_samples,)`, 16 kHz.

        The prompt's length in tokens, and the milliseconds spent on the sound. Raises EngineError
        (`internal`) and Interrupted.
        """
        from llama_cpp import mtmd_cpp

        with self._chunks(text, samples) as chunks:
            count = mtmd_cpp.mtmd_helper_get_n_tokens(chunks)
            require_room(self._llama, count)
            sound_s = 0.0
            number = mtmd_cpp.mtmd_input_chunks_size(chunks)
            for place in range(number):
                if cancelled():
                    raise Interrupted
                chunk = mtmd_cpp.mtmd_input_chunks_get(chunks, place)
                kind = mtmd_cpp.mtmd_input_chunk_get_type(chunk)
                if kind == mtmd_cpp.MTMD_INPUT_CHUNK_TYPE_TEXT:
                    read_prompt(self._llama, _text_tokens(chunk), cancelled)
                else:
                    began_s = time.perf_counter()
                    self._hear(chunk, cancelled, last=place == number - 1)
                    sound_s += time.perf_counter() - began_s
        return count, sound_s * 1000

    def _hear(self, chunk: Any, cancelled: Cancelled, *, last: bool) -> None:
        from llama_cpp import llama_cpp, mtmd_cpp

        after = llama_cpp.llama_pos(0)
        complaints().clear()
        with abortable(self._llama, cancelled):
            failed = mtmd_cpp.mtmd_helper_eval_chunk_single(
                self._context,
                self._llama.ctx,
                chunk,
                llama_cpp.llama_pos(self._llama.n_tokens),
                llama_cpp.llama_seq_id(0),
                self._llama.n_batch,
                last,
                ctypes.byref(after),
            )
        if failed and cancelled():
            raise Interrupted
        if failed:
            said = complaints().text() or f"code {failed}"
            raise EngineError(ErrorKind.INTERNAL, f"llama.cpp could not hear the take: {said}")
        self._llama.n_tokens = after.value

    @contextmanager
    def _chunks(self, text: str, samples: NDArray[np.float32]) -> Iterator[Any]:
        from llama_cpp import mtmd_cpp

        with ExitStack() as stack:
            data = samples.ctypes.data_as(ctypes.POINTER(ctypes.c_float))
            sound = mtmd_cpp.mtmd_bitmap_init_from_audio(len(samples), data)
            stack.callback(mtmd_cpp.mtmd_bitmap_free, sound)
            chunks = mtmd_cpp.mtmd_input_chunks_init()
            stack.callback(mtmd_cpp.mtmd_input_chunks_free, chunks)
            content = text.encode()
            told = mtmd_cpp.mtmd_input_text(
                text=content, text_len=len(content), add_special=True, parse_special=True
            )
            sounds = (mtmd_cpp.mtmd_bitmap_p_ctypes * 1)(sound)
            failed = mtmd_cpp.mtmd_tokenize(self._context, chunks, ctypes.byref(told), sounds, 1)
            if failed:
                # 1: the template lost the marker, or what was said holds a second one.
                sentence = f"The take has no place in the model's prompt (code {failed})."
                raise EngineError(ErrorKind.INTERNAL, sentence)
            yield chunks


def _text_tokens(chunk: Any) -> list[int]:
    from llama_cpp import mtmd_cpp

    count = ctypes.c_size_t()
    tokens = mtmd_cpp.mtmd_input_chunk_get_tokens_text(chunk, ctypes.byref(count))
    return [tokens[place] for place in range(count.value)]
