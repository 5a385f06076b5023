# The light base: bundled embedder, extractive answers, OCR. Nothing is downloaded when the container runs.
# EXTRAS adds more, such as `docker build --build-arg EXTRAS=milvus,office .`
FROM python:3.13-slim AS build
ARG EXTRAS=""
WORKDIR /src
COPY requirements/base.lock requirements/test.lock requirements/
RUN python -m venv /opt/docent && /opt/docent/bin/pip install --no-cache-dir -r requirements/base.lock
COPY pyproject.toml README.md LICENSE ./
COPY docent docent
COPY ingest ingest
COPY retrieval retrieval
COPY llm llm
COPY app app
COPY ui ui
RUN /opt/docent/bin/pip install --no-cache-dir --no-deps . \
 && if [ -n "$EXTRAS" ]; then /opt/docent/bin/pip install --no-cache-dir -c requirements/test.lock ".[$EXTRAS]"; fi \
 && /opt/docent/bin/python -c "from pathlib import Path; from docent.retrieval.embedders.e5 import build_passage_model; build_passage_model(Path('/opt/docent/cache'))"

FROM python:3.13-slim
# What Debian has of it at the time: a pinned version would be gone from its mirrors with the next fix.
# hadolint ignore=DL3008
RUN apt-get update && apt-get install -y --no-install-recommends libgomp1 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home --uid 10001 docent && install -d -o docent /data
COPY --from=build /opt/docent /opt/docent
ENV PATH=/opt/docent/bin:$PATH DOCENT_DATA_DIR=/data DOCENT_CACHE_DIR=/opt/docent/cache PYTHONUNBUFFERED=1
WORKDIR /data
USER 10001
VOLUME /data
EXPOSE 7860
ENTRYPOINT ["docent"]
CMD ["serve"]
