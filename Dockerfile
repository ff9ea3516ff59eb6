# OraCore in a container. The database is another service: see compose.yaml.
FROM node:24-bookworm-slim

WORKDIR /app
# The lock first, so that a change of code does not install everything again.
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev && npm cache clean --force
COPY drizzle ./drizzle
COPY commands ./commands
COPY src ./src

# All that is ever written: exports, and backups. The program itself belongs to root.
RUN install -d -o node -g node -m 700 /data /backups
VOLUME ["/data", "/backups"]

# Nothing here needs root; OraCore's own Postgres is not used in a container.
USER node
ENV NODE_ENV=production LOG_LEVEL=info DATA_DIR=/data BACKUP_DIR=/backups OPS_HOST=0.0.0.0 OPS_PORT=9464
EXPOSE 9464
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.OPS_PORT}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# The flag is that of `npm start`: V8 collects sooner, and the bot stays below 250 MB (`npm run bench -- desk-memory`).
CMD ["node", "--optimize-for-size", "--concurrent-marking-max-worker-num=1", "src/main.ts"]
