# The image that every Airflow service of docker-compose.yaml runs.
#
# The slim variant of Airflow's official image has Airflow and no providers. So requirements-image.lock is all that is
# added, providers too, and nothing of the image can ask for other versions. It pins the Airflow that the image has.
# The Python is the one that the tests ran with.

# A tag can be given to another image; a digest cannot: '@sha256:...', which docker-compose.yaml takes from .env.
# `script/image-digests` prints the current one.
ARG AIRFLOW_IMAGE_DIGEST=""
FROM apache/airflow:slim-3.3.2-python3.11${AIRFLOW_IMAGE_DIGEST}

USER root
# Volumes begin as copies of these folders, with their owner.
RUN install --directory --owner=airflow --group=root /rigs /demo
USER airflow

COPY requirements-image.lock /opt/session-archive/
# The lock holds everything, with hashes; --no-deps also keeps pip from compiling mysqlclient, which nothing here uses.
RUN pip install --no-cache-dir --no-deps --require-hashes --only-binary :all: \
    --requirement /opt/session-archive/requirements-image.lock

COPY --chown=airflow:root pyproject.toml README.md LICENSE /opt/session-archive/
COPY --chown=airflow:root plugins /opt/session-archive/plugins
COPY --chown=airflow:root include /opt/session-archive/include
RUN pip install --no-cache-dir --no-deps --no-build-isolation /opt/session-archive \
 && python -c 'import airflow; assert airflow.__version__ == "3.3.2", airflow.__version__' \
 && session-archive --help >/dev/null

COPY --chown=airflow:root script/container-setup /opt/session-archive/script/
COPY --chown=airflow:root script/support /opt/session-archive/script/support
COPY --chown=airflow:root dags /opt/airflow/dags
