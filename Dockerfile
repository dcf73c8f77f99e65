# The page is built and the dependencies are installed in the first stage; the second holds what runs.

FROM python:3.13-slim AS build
WORKDIR /build
COPY requirements.lock ./
RUN python -m pip install --no-cache-dir --root-user-action=ignore --require-hashes --only-binary=:all: --prefix=/runtime -r requirements.lock
COPY dev.py requirements-node.lock package.json package-lock.json .npmrc ./
COPY static static
RUN python dev.py build

FROM python:3.13-slim
ENV BACKSCOPE_HOST=0.0.0.0 PORT=8000 BACKSCOPE_STORE=/data/sessions.sqlite3 PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
WORKDIR /backscope
COPY --from=build /runtime /usr/local
COPY LICENSE ./
COPY templates templates
COPY --from=build /build/static/dist static/dist
COPY app app
RUN python -m compileall -q app
RUN mkdir /data && chown 10001 /data
VOLUME /data
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=3s --start-period=10s \
  CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/livez', timeout=2)"]
CMD ["python", "-m", "app"]
