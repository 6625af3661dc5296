FROM python:3.13-slim
COPY app/ /opt/app/
USER nobody
CMD ["python", "/opt/app/counter.py"]
