using '../../../infra/app/main.bicep'
