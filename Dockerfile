# The book and its tests in a container: docker build -t sequifi-lite . && docker run --rm sequifi-lite make test
# To read the book there: docker run --rm -p 8000:8000 sequifi-lite sh -c "make book && .venv/bin/python -m http.server -d _build/html"
FROM python:3.12-slim
RUN apt-get update && apt-get install --yes --no-install-recommends git make && rm -rf /var/lib/apt/lists/*
RUN useradd --create-home reader
USER reader
WORKDIR /home/reader/sequifi_lite
COPY --chown=reader requirements.txt pyproject.toml Makefile README.md LICENSE LICENSE-text DATA_LICENSES.md ./
COPY --chown=reader tools/environment.sh tools/
COPY --chown=reader sequifi_lite/__init__.py sequifi_lite/
ENV TORCH=cpu
RUN make env
COPY --chown=reader . .
CMD ["make", "book"]
